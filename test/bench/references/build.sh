#!/usr/bin/env bash
# Builds the reference tools from the llama.cpp source that node-llama-cpp ships:
# llama-perplexity, llama-bench, llama-tokenize, and our own `rolling`.
# usage: build.sh [FOLDER [TARGET...]]    FOLDER/llama.cpp is made or reused; prints the folder of the programs.
# TARGET: more of llama.cpp's programs, such as llama-server. JOBS=N sets the number of compile jobs (2).
set -euo pipefail

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
bundle=$here/../../../node_modules/node-llama-cpp/llama/gitRelease.bundle
folder=${1:-${TMPDIR:-/tmp}/unspool-references}
source=$folder/llama.cpp
programs=$source/build/bin

[ -f "$bundle" ] || { echo "build.sh: no $bundle: run npm ci first" >&2; exit 1; }
mkdir -p "$folder"

{
  [ -d "$source/.git" ] || git clone --quiet "$bundle" "$source"
  # A folder left from another release would give figures of the wrong llama.cpp.
  release=$(git bundle list-heads "$bundle" | awk '$2 == "HEAD" { print $1 }')
  if [ "$(git -C "$source" rev-parse HEAD)" != "$release" ]; then
    echo "build.sh: $source is not the release in the bundle: remove it or name another folder" >&2
    exit 1
  fi
  # OpenMP is off as in the prebuilt libraries; the rest are parts that need not be built.
  [ -f "$source/build/CMakeCache.txt" ] || cmake -S "$source" -B "$source/build" \
    -DCMAKE_BUILD_TYPE=Release -DBUILD_SHARED_LIBS=ON -DGGML_OPENMP=OFF \
    -DGGML_RPC=ON -DLLAMA_OPENSSL=OFF -DLLAMA_BUILD_SERVER=ON -DLLAMA_BUILD_UI=OFF -DLLAMA_USE_PREBUILT_UI=OFF \
    -DLLAMA_BUILD_TESTS=OFF -DLLAMA_BUILD_EXAMPLES=OFF
  cmake --build "$source/build" -j "${JOBS:-2}" --target llama-perplexity llama-bench llama-tokenize "${@:2}"
  if [ ! -x "$programs/rolling" ] || [ "$here/rolling.cpp" -nt "$programs/rolling" ]; then
    "${CXX:-c++}" -std=c++17 -O2 -Wall -Wextra -I"$source/include" -I"$source/ggml/include" \
      "$here/rolling.cpp" -o "$programs/rolling" \
      -L"$programs" -lllama -lggml -lggml-base -Wl,-rpath,"$programs"
  fi
} >&2
echo "$programs"
