#include "event_reader.hpp"

namespace tidings::todo_be_test {

event_reader::event_reader(std::uint16_t port, const std::string& query, const headers& more,
                           std::chrono::seconds patience)
    : stream_("127.0.0.1", std::to_string(port), support::tcp_stream::clock::now() + patience) {
    const auto target = query.starts_with('/') ? query : "/api/events" + query;
    std::string request = "GET " + target + " HTTP/1.1\r\nHost: 127.0.0.1\r\nAccept: text/event-stream\r\n";
    for (const auto& [name, value] : more)
        request += name + ": " + value + "\r\n";
    stream_.write(request + "\r\n");
    if (auto answer = stream_.read_answer(support::tcp_stream::body::counted)) answer_ = std::move(*answer);
}

// More of the text than before; false at the end.
bool event_reader::read_more() {
    for (;;) {
        const auto line = raw_.find("\r\n");
        if (line != std::string::npos) {
            const auto size = std::stoul(raw_.substr(0, line), nullptr, 16);
            if (raw_.size() >= line + 2 + size + 2) {
                text_ += raw_.substr(line + 2, size);
                raw_.erase(0, line + 2 + size + 2);
                last_chunk_ = last_chunk_ || size == 0;
                return !last_chunk_;
            }
        }
        if (last_chunk_ || !stream_.read_some(raw_)) return false;
    }
}

std::optional<sent_event> event_reader::parse_block() {
    const auto end = text_.find("\n\n", parsed_);
    if (end == std::string::npos) return std::nullopt;
    sent_event e;
    for (auto at = parsed_; at <= end;) {
        const auto line_end = text_.find('\n', at);
        const auto line = text_.substr(at, line_end - at);
        at = line_end + 1;
        if (line.starts_with("id: ")) position_ = e.id = line.substr(4);
        if (line.starts_with("event: ")) e.type = line.substr(7);
        if (line.starts_with("data: ")) e.data += line.substr(6);
    }
    parsed_ = end + 2;
    return e;
}

std::optional<sent_event> event_reader::next() {
    do {
        while (auto e = parse_block())
            if (!e->data.empty()) return e;
    } while (read_more());
    return std::nullopt;
}

bool event_reader::ends_cleanly() {
    while (read_more())
        continue;
    return last_chunk_;
}

}  // namespace tidings::todo_be_test
