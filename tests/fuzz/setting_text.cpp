// The text of a setting, from the environment or a file.
#include "config/reader.hpp"
#include "config/value_text.hpp"
#include "fuzz/fuzz.hpp"

namespace tidings::fuzz {

namespace {

template <class Read>
void attempt(Read read) {
    try {
        read();
    } catch (const config::bad_value& e) {
        require(!std::string_view(e.what()).empty(), "a refusal says why");
    }
}

}  // namespace

void check(std::string_view bytes) {
    using std::chrono::milliseconds;
    const config::raw_value v{bytes};
    attempt([&] { require(config::to_number(v, 5, 99'999) >= 5, "a number stays within its bounds"); });
    attempt([&] { config::to_number(v, 0, UINT64_MAX); });
    attempt([&] { config::to_flag(v); });
    attempt([&] {
        const auto d = config::to_duration(v, milliseconds(0), milliseconds::max());
        const auto text = config::duration_text(d);
        require(config::to_duration({text}, milliseconds(0), milliseconds::max()) == d,
                "durations survive the way out");
    });
    attempt([&] { config::to_choice(v, {"a", "info"}); });
    for (const auto item : config::split_list(bytes))
        require(!item.empty() && item.find(',') == std::string_view::npos, "an item is neither empty nor two");
}

}  // namespace tidings::fuzz
