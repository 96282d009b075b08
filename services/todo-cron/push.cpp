#include "push.hpp"

#include "domain/pushed_metrics.hpp"
#include "http/client/fetch.hpp"
#include "observe/log.hpp"

namespace tidings::todo_cron {

runtime::task<> push_metrics(std::string url, const observe::metrics& metrics, bool replace,
                             std::chrono::milliseconds deadline) {
    while (url.ends_with('/'))
        url.pop_back();
    http::fetch_request r;
    r.method = replace ? http::method::put : http::method::post;
    r.url = url + "/metrics/job/todo-cron";
    r.headers = {{"Content-Type", "text/plain; version=0.0.4"}};
    r.body = pushed_metrics(metrics.text());
    r.deadline = deadline;
    const http::fetched answer = co_await http::fetch(std::move(r));
    if (answer.error == http::transport_error::none && answer.status / 100 == 2) co_return;
    log::warn("metrics were not pushed", {{"url", url}, {"status", answer.status}, {"error", answer.reason}});
}

}  // namespace tidings::todo_cron
