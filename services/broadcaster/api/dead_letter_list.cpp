#include "api/dead_letter_list.hpp"

#include <limits>
#include <optional>
#include <utility>

#include "api/answers.hpp"
#include "api/letter_text.hpp"
#include "events/subjects.hpp"

namespace tidings::broadcaster {

namespace {

constexpr std::size_t page_bytes = 4 * 1024 * 1024;
constexpr std::size_t small_list = 64 * 1024;  // is sent in one go, with its length
constexpr std::size_t lists_at_once = 8;       // each keeps a letter or two in memory

// One list being sent.
struct walk {
    walk(bus::connection& c, page requested, std::shared_ptr<std::size_t> open_lists)
        : js(c), p(std::move(requested)), last(p.after), open(std::move(open_lists)) {
        ++*open;
    }
    ~walk() { --*open; }
    walk(const walk&) = delete;
    walk& operator=(const walk&) = delete;

    bool full() const { return count == p.limit || bytes >= page_bytes; }

    bus::jetstream js;
    page p;
    std::uint64_t last;  // sequence number of the last letter written
    std::shared_ptr<std::size_t> open;
    std::optional<bus::stored_message> letter;  // the next one
    std::size_t count = 0, bytes = 0;
    std::string head;  // read before the response began
    bool begun = false, ended = false;
};

// Fetches the next letter, if there is one.
runtime::task<bus::result<>> advance(walk& w) {
    w.letter.reset();
    if (w.last == std::numeric_limits<std::uint64_t>::max()) co_return bus::result<>();
    const auto subject = std::string(events::dead_letters_subject) + "." + (w.p.endpoint.empty() ? ">" : w.p.endpoint);
    auto next = co_await w.js.messages().next(std::string(events::dead_letters_stream), w.last + 1, subject);
    if (next.has_error() && next.error() == make_error_code(bus::errc::not_found)) co_return bus::result<>();
    if (!next) co_return next.error();
    if (next->sequence <= w.last) co_return bus::errc::refused;
    w.letter.emplace(std::move(*next));
    co_return bus::result<>();
}

// Appends the next letter, or the end.
runtime::task<bus::result<>> append_next(walk& w, std::string& out) {
    if (!w.begun) out += R"({"items":[)";
    w.begun = true;
    if (!w.letter) {
        out.append(R"(],"after":)").append(w.full() ? std::to_string(w.last) : "null").append("}");
        w.ended = true;
        co_return bus::result<>();
    }
    if (w.count > 0) out += ',';
    const auto before = out.size();
    append_letter(out, *w.letter);
    w.last = w.letter->sequence;
    w.letter.reset();
    ++w.count;
    w.bytes += out.size() - before;
    if (w.full()) co_return bus::result<>();
    co_return co_await advance(w);
}

runtime::task<std::string> next_piece(std::shared_ptr<walk> w) {
    auto out = std::exchange(w->head, {});
    if (w->ended || !out.empty()) co_return out;
    const auto appended = co_await append_next(*w, out);
    if (!appended) throw boost::system::system_error(appended.error(), "dead letters");
    co_return out;
}

}  // namespace

runtime::task<http::response> dead_letters_after(bus::connection& c, page p, std::shared_ptr<std::size_t> open_lists) {
    if (*open_lists >= lists_at_once) {
        co_return http::unavailable("too many lists of dead letters are being read; try again shortly");
    }
    const auto w = std::make_shared<walk>(c, std::move(p), std::move(open_lists));
    if (const auto first = co_await advance(*w); !first) co_return bus_problem(first.error());
    while (!w->ended && w->head.size() < small_list) {
        if (const auto appended = co_await append_next(*w, w->head); !appended) co_return bus_problem(appended.error());
    }
    if (w->ended) co_return http::json_response(200, std::move(w->head));
    http::stream r;
    r.content_type = "application/json";
    r.next = [w] { return next_piece(w); };
    co_return r;
}

}  // namespace tidings::broadcaster
