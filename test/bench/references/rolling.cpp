// Rolling perplexity of a text file under a cache policy, on libllama alone: the reference that unspool's scores are compared with.
// It shares no code with unspool. Inputs are BOS (if the model adds one) and then the text's tokens, in blocks of B inputs; the logits of
// each input score the next token; the last input has no target. Positions count inside the cache.
//   sinks:S+W/B    before a block of b inputs the oldest cells after the first S (BOS counts) go until cached + b <= S + W
//   recompute:N/B  when cached + b would exceed N + BOS: clear, decode BOS and the last N - b tokens, then the block
//   dense[/B]      nothing is evicted;   whole   one llama_decode of everything
#include "llama.h"

#include <algorithm>
#include <chrono>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <iterator>
#include <map>
#include <string>
#include <vector>

static void check(bool ok, const std::string & what) {
    if (ok) return;
    fprintf(stderr, "rolling: %s\n", what.c_str());
    exit(1);
}

// Negative log likelihood of `target` in nats: log-sum-exp in double, less the target's logit.
static double nll(const float * logits, int count, llama_token target) {
    const double top = *std::max_element(logits, logits + count);
    double sum = 0;
    for (int i = 0; i < count; i++) sum += std::exp(logits[i] - top);
    return top + std::log(sum) - logits[target];
}

static ggml_type cacheType(const std::string & name) {
    for (const ggml_type type : {GGML_TYPE_F16, GGML_TYPE_Q8_0, GGML_TYPE_Q4_0}) if (name == ggml_type_name(type)) return type;
    check(false, "unknown cache type " + name);
    return GGML_TYPE_COUNT;
}

// Decodes tokens[from, to) at cache positions `position`, `position` + 1, ... of sequence 0, with logits for all of them or for none.
static void decode(llama_context * context, const std::vector<llama_token> & tokens, int from, int to, int position, bool logits) {
    llama_batch batch = llama_batch_init(std::max(1, to - from), 0, 1);
    for (int i = from; i < to; i++) {
        const int at = batch.n_tokens++;
        batch.token[at] = tokens[i];
        batch.pos[at] = position + at;
        batch.n_seq_id[at] = 1;
        batch.seq_id[at][0] = 0;
        batch.logits[at] = logits;
    }
    check(llama_memory_seq_pos_max(llama_get_memory(context), 0) == position - 1, "the cache does not end where the block begins");
    const int status = to > from ? llama_decode(context, batch) : 0;
    check(status == 0, "llama_decode gave " + std::to_string(status));
    llama_batch_free(batch);
}

// UTF-8 bytes of the text that its first `count` tokens cover; -1 if they do not spell a beginning of the text.
// Piece by piece: llama_detokenize may drop spaces before punctuation. Some tokenisers put one space in front of the text.
static long covered(const llama_vocab * vocab, const std::vector<llama_token> & tokens, int count, const std::string & text) {
    std::string spelled;
    char piece[4096];
    for (int i = 0; i < count; i++) {
        spelled.append(piece, std::max(0, llama_token_to_piece(vocab, tokens[i], piece, sizeof piece, 0, true)));
    }
    if (text.compare(0, spelled.size(), spelled) != 0 && spelled[0] == ' ') spelled.erase(0, 1);
    return text.compare(0, spelled.size(), spelled) == 0 ? (long) spelled.size() : -1;
}

int main(int argc, char ** argv) {
    const std::vector<std::string> flags = {"--per-tenth"}, options = {"--model", "--text", "--policy", "--tokens", "--threads", "--flash-attention", "--keys", "--values"};
    std::map<std::string, std::string> given = {{"--tokens", "0"}, {"--threads", "1"}, {"--flash-attention", "off"}, {"--keys", "f16"}, {"--values", "f16"}};
    for (int i = 1; i < argc; i++) {
        const std::string name = argv[i];
        const bool flag = std::count(flags.begin(), flags.end(), name);
        check(flag || (std::count(options.begin(), options.end(), name) && i + 1 < argc), "unknown option or no value: " + name);
        given[name] = flag ? "yes" : argv[++i];
    }
    check(given.count("--model") && given.count("--text") && given.count("--policy"), "--model, --text and --policy are needed");

    const std::string policy = given["--policy"];
    int sinks = 0, window = 0, block = 64, end = 0;
    const int length = (int) policy.size();
    const bool sinksPolicy = sscanf(policy.c_str(), "sinks:%d+%d/%d%n", &sinks, &window, &block, &end) == 3 && end == length;
    const bool recompute = !sinksPolicy && sscanf(policy.c_str(), "recompute:%d/%d%n", &window, &block, &end) == 2 && end == length;
    const bool dense = policy == "dense" || (sscanf(policy.c_str(), "dense/%d%n", &block, &end) == 1 && end == length);
    check(sinksPolicy || recompute || dense || policy == "whole", "unknown policy " + policy);
    check(block > 0 && sinks >= 0 && (block <= window || !(sinksPolicy || recompute)), "the block must be 1 to the window");

    std::ifstream file(given["--text"], std::ios::binary);
    check(file.good(), "cannot read " + given["--text"]);
    const std::string text((std::istreambuf_iterator<char>(file)), std::istreambuf_iterator<char>());

    llama_log_set([](ggml_log_level level, const char * line, void *) { if (level == GGML_LOG_LEVEL_ERROR) fputs(line, stderr); }, nullptr);
    llama_backend_init();
    llama_model_params modelParams = llama_model_default_params();
    modelParams.n_gpu_layers = 0;
    llama_model * model = llama_model_load_from_file(given["--model"].c_str(), modelParams);
    check(model, "cannot load " + given["--model"]);
    const llama_vocab * vocab = llama_model_get_vocab(model);
    const int entries = llama_vocab_n_tokens(vocab), bos = llama_vocab_get_add_bos(vocab) ? 1 : 0;

    std::vector<llama_token> tokens(text.size() + 16);
    const int found = llama_tokenize(vocab, text.data(), (int) text.size(), tokens.data(), (int) tokens.size(), false, false);
    const int limit = std::stoi(given["--tokens"]), count = limit > 0 ? std::min(limit, found) : found;
    check(found > 0, "the text has no tokens or llama_tokenize failed");
    tokens.resize(count);
    std::vector<llama_token> inputs = tokens;
    if (bos) inputs.insert(inputs.begin(), llama_vocab_bos(vocab));
    const int total = (int) inputs.size();
    check(total > 1, "nothing to score");
    if (policy == "whole") block = total;
    const int capacity = sinksPolicy ? sinks + window : recompute ? window + bos : total;
    llama_context_params params = llama_context_default_params();
    params.n_ctx = (capacity + block + 255) / 256 * 256; // more than the policy ever uses
    params.n_batch = params.n_ubatch = recompute ? std::max(block, window) : block;
    params.n_threads = params.n_threads_batch = std::stoi(given["--threads"]);
    params.flash_attn_type = given["--flash-attention"] == "on" ? LLAMA_FLASH_ATTN_TYPE_ENABLED : LLAMA_FLASH_ATTN_TYPE_DISABLED;
    params.type_k = cacheType(given["--keys"]);
    params.type_v = cacheType(given["--values"]);
    llama_context * context = llama_init_from_model(model, params);
    check(context, "cannot create a context");
    llama_memory_t memory = llama_get_memory(context);
    check(llama_memory_can_shift(memory) || !sinksPolicy, "this model's cache cannot be shifted");

    const auto start = std::chrono::steady_clock::now();
    std::vector<double> nats;
    for (int i = 0, cached = 0; i < total; i += block) {
        const int b = std::min(block, total - i), over = cached + b - capacity;
        if (over > 0 && recompute) {
            llama_memory_clear(memory, true);
            if (bos) decode(context, inputs, 0, 1, 0, false);
            decode(context, inputs, i - (window - b), i, bos, false);
            cached = bos + window - b;
        } else if (over > 0) {
            check(llama_memory_seq_rm(memory, 0, sinks, sinks + over), "llama_memory_seq_rm failed");
            llama_memory_seq_add(memory, 0, sinks + over, -1, -over);
            cached -= over;
        }
        decode(context, inputs, i, i + b, cached, true);
        cached += b;
        for (int j = 0; j < b && i + j + 1 < total; j++) nats.push_back(nll(llama_get_logits_ith(context, j), entries, inputs[i + j + 1]));
    }
    check(std::all_of(nats.begin(), nats.end(), [](double x) { return std::isfinite(x); }), "a score is not finite");
    const double seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();

    const size_t n = nats.size();
    const auto mean = [&](size_t from, size_t to) { double s = 0; for (size_t i = from; i < to; i++) s += nats[i]; return s / (to - from); };
    const double average = mean(0, n);
    const long last = covered(vocab, tokens, count, text), unscored = covered(vocab, tokens, 1 - bos, text);
    printf("{\"policy\": \"%s\", \"tokens\": %zu, \"nats\": %.10g, \"perplexity\": %.10g, \"natsPerToken\": %.10g, \"bytes\": %s, ", policy.c_str(), n,
           average * n, std::exp(average), average, last >= 0 && unscored >= 0 ? std::to_string(last - unscored).c_str() : "null");
    if (given.count("--per-tenth") && n >= 10) {
        for (size_t k = 0; k < 10; k++) printf("%s%.7g", k == 0 ? "\"tenths\": [" : ", ", mean(n * k / 10, n * (k + 1) / 10));
        printf("], ");
    }
    printf("\"seconds\": %.3f}\n", seconds);
}
