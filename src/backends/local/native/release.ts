/** The release of llama.cpp whose struct layouts library.ts writes down: they are passed by value, and differ. */
export const boundRelease = 'v0.5.0';
