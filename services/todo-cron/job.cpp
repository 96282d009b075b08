#include "job.hpp"

#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>

#include "domain/article_url.hpp"
#include "domain/run_key.hpp"
#include "domain/todo_title.hpp"
#include "observe/log.hpp"
#include "runtime/version.hpp"

namespace tidings::todo_cron {

namespace {

// Articles whose address cannot be used, or makes too long a title, before the last one is taken as it is.
constexpr int most_articles = 5;

std::string user_agent() { return "tidings-todo-cron/" + std::string(runtime::version()); }

std::string outcome_of(const http::fetched& answer) {
    if (answer.error != http::transport_error::none) return std::string(http::to_string(answer.error));
    return std::to_string(answer.status);
}

std::string reason_of(const http::fetched& answer) {
    constexpr std::size_t most_of_a_body = 300;
    if (answer.error != http::transport_error::none) return answer.reason;
    return "HTTP " + std::to_string(answer.status) + " " + answer.body.substr(0, most_of_a_body);
}

void report(verdict v, std::string_view what, const http::fetched& answer) {
    if (v == verdict::refuse) {
        log::error(what, {{"status", answer.status}, {"error", reason_of(answer)}});
    } else {
        log::warn(what, {{"status", answer.status}, {"error", reason_of(answer)}});
    }
}

}  // namespace

job::job(const settings& s, observe::metrics& metrics)
    : settings_(s),
      metrics_(metrics),
      time_(s.run_timeout, s.retry_pause, s.longest_retry_pause),
      page_(s.wikipedia_url) {}

runtime::task<verdict> job::run() {
    const verdict found = co_await find_title();
    if (found != verdict::done) co_return found;
    time_.reset();
    co_return co_await create_todo();
}

runtime::task<verdict> job::find_title() {
    std::string too_long;
    for (int i = 0; i < most_articles; ++i) {
        const verdict v = co_await ask_for_article();
        if (v != verdict::done) co_return v;
        if (article_.empty()) continue;
        if (auto title = title_for(article_)) {
            title_ = std::move(*title);
            co_return verdict::done;
        }
        too_long = article_;
    }
    if (too_long.empty()) {
        log::error("no article found: no usable redirect", {{"url", page_}});
        co_return verdict::retry;
    }
    title_ = cut_title(too_long);
    co_return verdict::done;
}

runtime::task<verdict> job::ask_for_article() {
    while (true) {
        const http::fetched answer = co_await http::fetch(page_request());
        metrics_
            .counter("todo_cron_wikipedia_requests_total", "Requests for a random article.",
                     {{"outcome", outcome_of(answer)}})
            .add();
        const verdict v = judge_page(answer.status);
        if (v == verdict::done) {
            const auto url = article_url(page_, answer.header("location"));
            if (!url) log::warn("unusable redirect", {{"url", page_}, {"error", url.error().message()}});
            article_ = url ? *url : std::string();
            // The random page itself has moved: ask there.
            if (url && same_page(page_, *url)) page_ = std::exchange(article_, {});
            co_return v;
        }
        report(v, "no random article", answer);
        if (v == verdict::refuse) co_return v;
        if (!co_await time_.pause(answer.header("retry-after"))) co_return v;
    }
}

runtime::task<verdict> job::create_todo() {
    // The same bytes at every try: with the key they are one request, however often it is sent.
    const std::string body = boost::json::serialize(boost::json::object{{"title", title_}});
    while (true) {
        const http::fetched answer = co_await http::fetch(creation_request(body));
        metrics_.counter("todo_cron_attempts_total", "Requests to create the to-do.", {{"outcome", outcome_of(answer)}})
            .add();
        const verdict v = judge_creation(answer.status, !answer.header("idempotent-replayed").empty(), answer.body);
        if (v == verdict::done) {
            log::info("to-do created", {{"title", title_}, {"url", answer.header("location")}});
            co_return v;
        }
        if (v == verdict::already_done) {
            log::info("the to-do of this hour exists already", {{"key", run_key(settings_.scheduled_at)}});
            co_return v;
        }
        report(v, "the to-do was not created", answer);
        if (v == verdict::refuse) co_return v;
        if (!co_await time_.pause(answer.header("retry-after"))) co_return v;
    }
}

http::fetch_request job::page_request() const {
    http::fetch_request r;
    r.url = page_;
    // Wikimedia refuses clients that do not say who they are.
    r.headers = {{"User-Agent", user_agent()}, {"Accept", "text/html"}};
    r.deadline = time_.limit(settings_.request_timeout);
    return r;
}

http::fetch_request job::creation_request(const std::string& body) const {
    http::fetch_request r;
    r.method = http::method::post;
    r.url = settings_.todos_url;
    r.headers = {{"User-Agent", user_agent()},
                 {"Content-Type", "application/json"},
                 {"Accept", "application/json, application/problem+json"},
                 {"Idempotency-Key", run_key(settings_.scheduled_at)}};
    if (!settings_.api_token.empty()) r.headers.emplace_back("Authorization", "Bearer " + settings_.api_token);
    r.body = body;
    r.deadline = time_.limit(settings_.request_timeout);
    return r;
}

}  // namespace tidings::todo_cron
