#include "writer.hpp"

#include <algorithm>
#include <boost/json.hpp>

namespace tidings::drills {

namespace {

namespace json = boost::json;

struct todo {
    std::string id;
    unsigned version = 0;
};

todo parse(const std::string& body) {
    const auto value = json::parse(body);
    return {std::string(value.at("id").as_string()), value.at("version").to_number<unsigned>()};
}

}  // namespace

writers::writers(std::string api, unsigned threads, unsigned changes) : api_(std::move(api)), wanted_(changes) {
    for (unsigned n = 0; n < threads; ++n)
        threads_.emplace_back([this, n] { work(n); });
}

writers::~writers() {
    stop_ = true;
    wait();
}

void writers::wait() {
    for (auto& t : threads_) {
        if (t.joinable()) t.join();
    }
}

bool writers::acknowledge(const std::string& id, unsigned version) {
    const std::lock_guard lock(mutex_);
    auto& highest = versions_[id];
    highest = std::max(highest, version);
    return ++acknowledged_ >= wanted_;
}

// The response to one request, retried until it is not "try later".
support::http_answer writers::insist(const std::string& method, const std::string& path, const std::string& body,
                                     const std::string& key) {
    while (!stop_) {
        try {
            std::vector<std::pair<std::string, std::string>> headers{{"Content-Type", "application/json"}};
            if (!key.empty()) headers.emplace_back("Idempotency-Key", key);
            auto answer = support::http_call(method, api_ + path, body, headers);
            if (answer.status < 500) return answer;
        } catch (const std::exception&) {
            // The server is down at the moment.
        }
        ++unanswered_;
        std::this_thread::sleep_for(std::chrono::milliseconds(5));  // a client's pause, not a test's wait
    }
    return {};
}

// One to-do: created, patched four times, every fifth deleted. True when all changes are acknowledged.
bool writers::live(const std::string& name, bool and_delete) {
    const auto created = insist("POST", "/todos", R"({"title":"drill )" + name + "\"}", "drill-" + name);
    if (created.status != 201) return false;
    auto t = parse(created.body);
    if (acknowledge(t.id, t.version)) return true;
    for (int step = 0; step < 4; ++step) {
        const auto body = R"({"title":"drill )" + name + " step " + std::to_string(step) + "\"}";
        const auto patched = insist("PATCH", "/todos/" + t.id, body, {});
        if (patched.status != 200) return false;
        t = parse(patched.body);
        if (acknowledge(t.id, t.version)) return true;
    }
    if (!and_delete) return false;
    const auto deleted = insist("DELETE", "/todos/" + t.id, {}, {});
    return deleted.status == 204 && acknowledge(t.id, t.version + 1);
}

void writers::work(unsigned number) {
    for (unsigned made = 1; !stop_ && acknowledged_ < wanted_; ++made) {
        if (live(std::to_string(number) + "-" + std::to_string(made), made % 5 == 0)) return;
    }
}

}  // namespace tidings::drills
