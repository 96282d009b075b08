// The entry point for libFuzzer.
#include <algorithm>
#include <cstdint>
#include <cstdio>
#include <cstdlib>

#include "fuzz/fuzz.hpp"

namespace tidings::fuzz {

void require(bool kept, const char* promise) {
    if (kept) return;
    std::fprintf(stderr, "BROKEN PROMISE: %s\n", promise);
    std::abort();
}

std::string_view next_part(std::string_view& bytes, char mark) {
    const auto end = std::min(bytes.find(mark), bytes.size());
    const auto part = bytes.substr(0, end);
    bytes.remove_prefix(std::min(end + 1, bytes.size()));
    return part;
}

}  // namespace tidings::fuzz

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    tidings::fuzz::check({reinterpret_cast<const char*>(data), size});
    return 0;
}
