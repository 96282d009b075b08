#include "support/receiver.hpp"

#include <boost/json.hpp>
#include <sstream>
#include <stdexcept>

namespace tidings::support {

namespace {

namespace json = boost::json;

receiver::counts counts_of(const json::object& o) {
    const auto number = [&o](std::string_view key) { return o.at(key).to_number<std::uint64_t>(); };
    return {number("received"), number("accepted"), number("repeated"), number("order_violations"),
            number("bad_signatures")};
}

}  // namespace

receiver::receiver() : port_(free_port()) {
    process::options o;
    o.argv = {program("receiver"), "--quiet"};
    o.environment = {{"PORT", std::to_string(port_)}, {"METRICS_PORT", "0"}, {"RECEIVER_SECRET", secret}};
    o.log = dir_.path() / "log";
    child_.emplace(std::move(o));
    const auto answers = [this] {
        try {
            return http_call("GET", url("/readyz")).status == 200;
        } catch (const std::exception&) {
            return false;
        }
    };
    if (!eventually(answers)) throw std::runtime_error("the receiver does not start:\n" + child_->output());
}

std::string receiver::url(const std::string& path) const { return "http://127.0.0.1:" + std::to_string(port_) + path; }

void receiver::behave(const std::string& path, const std::string& settings) {
    const auto answer = http_call("POST", url("/behaviour"), R"({"path":")" + path + "\"," + settings + "}",
                                  {{"Content-Type", "application/json"}});
    if (answer.status != 204) throw std::runtime_error("behaviour refused: " + answer.body);
}

receiver::counts receiver::count() const {
    return counts_of(json::parse(http_call("GET", url("/stats")).body).as_object());
}

receiver::counts receiver::count(const std::string& path) const {
    const auto all = json::parse(http_call("GET", url("/stats")).body);
    const auto* one = all.at("paths").as_object().if_contains(path);
    return one == nullptr ? counts{} : counts_of(one->as_object());
}

std::vector<std::string> receiver::ids(const std::string& path) const {
    std::istringstream lines(http_call("GET", url("/ids?path=" + path)).body);
    std::vector<std::string> all;
    for (std::string line; std::getline(lines, line);)
        all.push_back(line);
    return all;
}

bool receiver::wait_for(const std::string& path, std::uint64_t n, std::chrono::milliseconds limit) const {
    for (auto there = count(path).accepted; there < n;) {
        const auto before = there;
        if (!eventually([&] { return (there = count(path).accepted) > before; }, limit)) return false;
    }
    return true;
}

}  // namespace tidings::support
