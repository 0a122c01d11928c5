// The stream of that GPU, which is no more than a pointer.
extern "C" void* bit_repro_stream(void* context) { return context; }
