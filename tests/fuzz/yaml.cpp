// A configuration file, read as every kind of setting and list.
#include "config/yaml_tree.hpp"

#include "config/reader.hpp"
#include "fuzz/fuzz.hpp"

namespace tidings::fuzz {

namespace {

void read_settings(config::reader& in) {
    std::string text = "default", choice = "a";
    std::uint64_t number = 1;
    bool flag = false;
    std::chrono::milliseconds pause{1000};
    std::vector<std::string> list;
    std::vector<std::chrono::milliseconds> pauses;
    in.text({"text", "TEXT", "a text"}, text);
    in.secret({"secret", "SECRET", "a secret"}, text);
    in.number({"number", "NUMBER", "a number"}, number, 1, 10);
    in.flag({"flag", "FLAG", "a flag"}, flag);
    in.duration({"duration", "DURATION", "a duration"}, pause, std::chrono::milliseconds(1), std::chrono::hours(1));
    in.choice({"choice", "CHOICE", "a choice"}, choice, {"a", "b"});
    in.list({"list", "LIST", "a list"}, list);
    in.durations({"durations", "DURATIONS", "durations"}, pauses);
    require(number >= 1 && number <= 10, "a number stays within its bounds");
    require(pause >= std::chrono::milliseconds(1) && pause <= std::chrono::hours(1), "a duration within its bounds");
    require(choice == "a" || choice == "b", "a choice is one of the allowed");
}

}  // namespace

void check(std::string_view bytes) {
    try {
        config::parse_yaml(bytes, "the file");
        auto in = config::reader::parse(bytes, {});
        read_settings(in);
        in.each("items", "items", [](config::reader& item) { read_settings(item); });
        in.finish();
    } catch (const config::error& e) {
        require(!std::string_view(e.what()).empty(), "a refusal says why");
    }
}

}  // namespace tidings::fuzz
