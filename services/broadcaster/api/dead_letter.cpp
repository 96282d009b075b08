#include "api/dead_letter.hpp"

#include "api/answers.hpp"
#include "api/letter_text.hpp"
#include "events/subjects.hpp"
#include "observe/log.hpp"

namespace tidings::broadcaster {

namespace {

std::string letters() { return std::string(events::dead_letters_stream); }

}  // namespace

runtime::task<http::response> show_dead_letter(bus::connection& c, std::uint64_t sequence) {
    const auto letter = co_await bus::jetstream(c).messages().get(letters(), sequence);
    if (!letter) co_return bus_problem(letter.error());
    std::string text;
    append_letter(text, *letter);
    co_return http::json_response(200, std::move(text));
}

runtime::task<http::response> delete_dead_letter(bus::connection& c, std::uint64_t sequence) {
    bus::jetstream js(c);
    const auto letter = co_await js.messages().get(letters(), sequence);
    if (!letter) co_return bus_problem(letter.error());
    const auto removed = co_await forget_letter(js, sequence);
    if (!removed) co_return bus_problem(removed.error());
    log::info("dead letter removed", {{"sequence", sequence},
                                      {"endpoint", letter_endpoint(*letter)},
                                      {"event_id", letter_header(*letter, "Tidings-Event-Id")}});
    co_return http::no_content();
}

runtime::task<bus::result<>> forget_letter(bus::jetstream& js, std::uint64_t sequence) {
    const auto removed = co_await js.messages().remove(letters(), sequence);
    if (removed) co_return removed;
    const auto still = co_await js.messages().get(letters(), sequence);
    if (still.has_error() && still.error() == make_error_code(bus::errc::not_found)) co_return bus::result<>();
    co_return removed;
}

}  // namespace tidings::broadcaster
