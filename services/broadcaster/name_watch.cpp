#include "name_watch.hpp"

#include <utility>

#include "observe/log.hpp"

namespace tidings::broadcaster {

namespace {

constexpr std::chrono::seconds between_lines{1};
constexpr std::size_t most_addresses = 8;  // in a line

std::string list_of(const http::name_news& n) {
    std::string list;
    for (std::size_t i = 0; i < std::min(n.addresses.size(), most_addresses); ++i)
        list += (i == 0 ? "" : " ") + n.addresses[i].to_string();
    return list;
}

observe::histogram lookups(observe::metrics& m, const char* outcome) {
    return m.histogram("broadcaster_name_lookup_duration_seconds", "Time to look up the name of an endpoint.",
                       {{"outcome", outcome}});
}

}  // namespace

name_watch::name_watch(runtime::asio::io_context& ctx, observe::metrics& m)
    : ctx_(ctx),
      found_(lookups(m, "found")),
      failed_(lookups(m, "failed")),
      moved_(m.counter("broadcaster_names_moved_total", "Names in use that led to other addresses than before.")) {
    http::on_name_news(ctx_, [this](const http::name_news& n) { note(n); });
}

name_watch::~name_watch() { http::on_name_news(ctx_, nullptr); }

void name_watch::note(const http::name_news& n) {
    auto& duration = n.failure ? failed_ : found_;
    duration.observe(std::chrono::duration<double>(n.took).count());
    if (!n.moved) return;
    moved_.add();
    log_move(n);
}

void name_watch::log_move(const http::name_news& n) {
    const auto now = runtime::now();
    if (now < next_line_) {
        ++unlogged_;
        return;
    }
    next_line_ = now + between_lines;
    log::info("a name leads to other addresses: its connections follow",
              {{"name", n.name},
               {"addresses", list_of(n)},
               {"others_moved_since_the_last_line", std::exchange(unlogged_, 0)}});
}

}  // namespace tidings::broadcaster
