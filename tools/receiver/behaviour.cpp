#include "behaviour.hpp"

#include <algorithm>
#include <array>
#include <boost/json/parse.hpp>
#include <boost/json/value.hpp>

namespace tidings::receiver {

using namespace std::chrono_literals;

namespace {

struct preset {
    std::string_view name;
    receiver::mode mode;
    unsigned status;
    std::string_view retry_after;
    std::chrono::milliseconds delay;
};

constexpr std::array presets{
    preset{"ok", mode::ok, 204, "", 0ms},
    preset{"fail", mode::fail, 500, "", 0ms},
    preset{"hang", mode::hang, 0, "", 2min},
    preset{"gone", mode::gone, 410, "", 0ms},
    preset{"throttle", mode::throttle, 429, "1", 0ms},
    preset{"close", mode::close, 0, "", 0ms},
    preset{"slow", mode::slow, 204, "", 1s},
    preset{"redirect", mode::redirect, 302, "", 0ms},
};

constexpr std::array fields{"path", "mode", "status", "retry_after", "delay_ms", "times"};

std::string text(const boost::json::object& from, std::string_view name) {
    const auto* value = from.if_contains(name);
    if (value == nullptr) return {};
    if (!value->is_string()) throw complaint{std::string(name) + " must be a text"};
    return std::string(value->get_string());
}

std::optional<std::uint64_t> number(const boost::json::object& from, std::string_view name, std::uint64_t lowest,
                                    std::uint64_t highest) {
    const auto* value = from.if_contains(name);
    if (value == nullptr) return std::nullopt;
    boost::system::error_code ec;
    const auto n = value->to_number<std::uint64_t>(ec);
    if (ec || n < lowest || n > highest)
        throw complaint{std::string(name) + " must be a number from " + std::to_string(lowest) + " to " +
                        std::to_string(highest)};
    return n;
}

const preset& find_preset(const std::string& name) {
    const auto* const found =
        std::find_if(presets.begin(), presets.end(), [&](const auto& p) { return p.name == name; });
    if (found == presets.end()) throw complaint{"mode must be ok, fail, hang, gone, throttle, close, slow or redirect"};
    return *found;
}

instruction read(const boost::json::object& from) {
    for (const auto& field : from) {
        if (std::find(fields.begin(), fields.end(), field.key()) == fields.end())
            throw complaint{"unknown field " + std::string(field.key())};
    }
    const auto& base = find_preset(text(from, "mode"));
    instruction i;
    i.path = text(from, "path");
    if (!i.path.starts_with('/')) throw complaint{"path must begin with a slash"};
    i.behaviour = {base.mode, base.status, std::string(base.retry_after), base.delay};
    if (from.contains("retry_after")) i.behaviour.retry_after = text(from, "retry_after");
    if (const auto status = number(from, "status", 200, 599)) i.behaviour.status = static_cast<unsigned>(*status);
    if (const auto delay = number(from, "delay_ms", 0, 3'600'000))
        i.behaviour.delay = std::chrono::milliseconds(*delay);
    i.times = number(from, "times", 1, 1'000'000'000);
    return i;
}

}  // namespace

boost::system::result<instruction, complaint> parse_instruction(std::string_view json) {
    boost::system::error_code ec;
    const auto value = boost::json::parse(json, ec);
    if (ec) return complaint{"not JSON: " + ec.message()};
    if (!value.is_object()) return complaint{"not a JSON object"};
    try {
        return read(value.get_object());
    } catch (const complaint& c) {
        return c;
    }
}

behaviour behaviours::next(std::string_view path) {
    const auto found = instructions_.find(path);
    if (found == instructions_.end()) return {};
    auto b = found->second.behaviour;
    if (auto& times = found->second.times; times && --*times == 0) instructions_.erase(found);
    return b;
}

http::response answer(const behaviour& b) {
    if (b.status == 0) return http::cut();
    http::content r;
    r.status = b.status;
    if (!b.retry_after.empty()) r.headers.emplace_back("Retry-After", b.retry_after);
    if (b.mode == mode::redirect) r.headers.emplace_back("Location", "/redirected");
    return r;
}

}  // namespace tidings::receiver
