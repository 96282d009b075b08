#include "api/event_routes.hpp"

#include <memory>
#include <utility>

#include "api/answers.hpp"
#include "http/message/event_stream.hpp"
#include "http/server/cross_site.hpp"
#include "http/server/websocket.hpp"

namespace tidings::todo_be {

namespace {

using namespace std::chrono_literals;

constexpr const char* events_path = "/events";
constexpr const char* socket_path = "/ws";
constexpr auto come_back_after = 1s;
// Of the system, for each stream: what is sent and not received yet.
constexpr int send_buffer = 128 * 1024;
constexpr std::uint16_t close_position_gone = 4410;
constexpr std::uint16_t close_right_over = 4401;

http::content too_many_streams() { return http::unavailable("there are too many streams; try again in a moment", 5); }

http::content page_of(const settled_page& page) {
    std::string json = "{\"events\":[";
    for (const auto& e : page.entries) {
        if (&e != page.entries.data()) json += ',';
        json += e.payload;
    }
    json += "],\"next\":\"" + std::to_string(page.next) + "\",\"more\":" + (page.more ? "true" : "false") + '}';
    auto answer = http::json_response(200, std::move(json));
    answer.headers.emplace_back("Cache-Control", "no-store");
    return answer;
}

// The body of one text/event-stream.
struct sent_events {
    std::shared_ptr<feed_stream> events;
    std::chrono::milliseconds keep_alive;
    shared_bytes first;

    static runtime::task<shared_bytes> next(std::shared_ptr<sent_events> self) {
        static const auto comment = std::make_shared<const std::string>(http::event_stream_comment);
        static const auto end = std::make_shared<const std::string>();
        if (self->first) co_return std::exchange(self->first, nullptr);
        const auto news = co_await self->events->wait(self->keep_alive);
        if (news == feed_stream::news::events) co_return self->events->take_events();
        co_return news == feed_stream::news::nothing ? comment : end;
    }
};

shared_bytes opening(std::int64_t position) {
    std::string text;
    http::append_retry(text, come_back_after);
    http::append_position(text, std::to_string(position));
    return std::make_shared<const std::string>(std::move(text));
}

runtime::task<> say_why(http::websocket& to, const feed_stream& s) {
    const auto resume = "resume with ?after=" + std::to_string(s.position());
    switch (s.why()) {
        case feed_stream::end::left:
            break;
        case feed_stream::end::slow:
            co_return co_await to.close(http::close_try_again_later, "too slow; " + resume);
        case feed_stream::end::gone:
            co_return co_await to.close(close_position_gone, "what follows is not in the log; list anew");
        case feed_stream::end::over:
            co_return co_await to.close(
                close_right_over, "the token has expired, or was revoked, or the membership in the list has ended");
        case feed_stream::end::stopping:
            co_return co_await to.close(http::close_going_away, "the service stops; " + resume);
    }
}

runtime::task<> send_messages(http::websocket& to, std::shared_ptr<feed_stream> events,
                              std::chrono::milliseconds pause) {
    to.on_over([events] { events->leave(); });
    bool open = co_await to.send(position_message(events->position()));
    while (open) {
        const auto news = co_await events->wait(pause);
        if (news == feed_stream::news::ended) co_return co_await say_why(to, *events);
        if (news == feed_stream::news::nothing) continue;
        const auto message = events->take_message();
        open = co_await to.send(*message);
    }
}

}  // namespace

void event_routes::add_to(http::router& router) {
    add_for_owners(
        router, entry_, http::method::get, events_path,
        [this](http::request& r) { return when_available(events(r), r); },
        guarded(entry_, scope::todos_read, body_kind::none, answer_kind::own), scope::todos_read);
    // A browser lets any page open a WebSocket to anywhere, and a proxy may add the token.
    auto only_ours = guarded(entry_, scope::todos_read, body_kind::none, answer_kind::own);
    only_ours.guards.push_back(http::refuse_cross_site("a WebSocket is not opened for a page of another site"));
    add_for_owners(
        router, entry_, http::method::get, socket_path,
        [this](http::request& r) { return when_available(socket(r), r); }, only_ours, scope::todos_read);
}

runtime::task<http::response> event_routes::events(http::request& r) {
    const auto form = form_of(r);
    if (!form) co_return refusal(form.error());
    violations wrong;
    const auto asked = read_event_query(r, *form, wrong);
    if (!asked) co_return refusal(asked.error(), wrong);
    if (*form == event_form::page) co_return co_await page(owner_of(r.context), *asked);
    co_return co_await stream(r, *asked);
}

runtime::task<http::response> event_routes::page(user_id by, const event_query& asked) {
    if (!asked.after) co_return page_of({.next = co_await feed_.end()});
    const auto found = co_await feed_.read(by, {*asked.after, asked.limit});
    if (!found) co_return refusal(found.error());
    co_return page_of(*found);
}

// What was known of a member up to a second ago would let a stream begin that ends only when it is looked at.
runtime::task<bool> event_routes::is_member_now(const request_access& by) {
    if (by.list == 0) co_return true;
    co_return (co_await entry_.accounts->role_of({by.user}, {by.list})).has_value();
}

runtime::task<http::response> event_routes::stream(const http::request& r, const event_query& asked) {
    if (feed_.full()) co_return too_many_streams();
    if (!co_await is_member_now(r.context.access)) co_return refusal(errc::list_not_found);
    const auto opened = co_await feed_.open(r.context.access, asked.after);
    if (!opened) co_return refusal(opened.error());
    http::stream answer;
    answer.content_type = http::event_stream_type;
    // The second one is for nginx and those that do as it does.
    answer.headers = {{"Cache-Control", "no-store"}, {"X-Accel-Buffering", "no"}};
    answer.send_buffer = send_buffer;
    // Who comes back does so on a connection of its own, and not on one of a service that stops.
    answer.ends_connection = true;
    if (r.method == http::method::head) co_return answer;
    const auto body = std::make_shared<sent_events>(*opened, keep_alive_, opening((*opened)->position()));
    answer.next_shared = [body] { return sent_events::next(body); };
    co_return answer;
}

runtime::task<http::response> event_routes::socket(http::request& r) {
    violations wrong;
    const auto asked = read_event_query(r, event_form::stream, wrong);
    if (!asked) co_return refusal(asked.error(), wrong);
    if (feed_.full()) co_return too_many_streams();
    if (!co_await is_member_now(r.context.access)) co_return refusal(errc::list_not_found);
    auto events = std::make_shared<std::shared_ptr<feed_stream>>();
    http::websocket_options options;
    options.silence = 2 * keep_alive_;
    options.send_buffer = send_buffer;
    auto answer = http::accept_websocket(r, options, [events, pause = keep_alive_](http::websocket& to) {
        return send_messages(to, std::exchange(*events, nullptr), pause);
    });
    if (!std::holds_alternative<http::takeover>(answer)) co_return answer;
    auto opened = co_await feed_.open(r.context.access, asked->after);
    if (!opened) co_return refusal(opened.error());
    *events = std::move(*opened);
    co_return answer;
}

}  // namespace tidings::todo_be
