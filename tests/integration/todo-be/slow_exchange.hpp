// A request that takes its time.
#pragma once

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/read.hpp>
#include <boost/asio/write.hpp>
#include <string>

#include "people.hpp"

namespace tidings::todo_be_test {

namespace asio = boost::asio;

struct slow_exchange {
    asio::io_context ctx;
    asio::ip::tcp::socket socket{ctx};

    slow_exchange(const backend& be, const std::string& line, const std::string& token, const std::string& more) {
        socket.connect({asio::ip::address_v4::loopback(), be.port()});
        send(line + " HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\nAuthorization: Bearer " + token + "\r\n" +
             more + "\r\n");
    }
    void send(const std::string& bytes) {
        boost::system::error_code gone;
        asio::write(socket, asio::buffer(bytes), gone);
    }
    std::string rest() {
        std::string text;
        boost::system::error_code ended;
        asio::read(socket, asio::dynamic_buffer(text), ended);
        return text;
    }
};

// Of an import of lines of text.
inline constexpr const char* lines = "Content-Type: text/plain\r\nTransfer-Encoding: chunked\r\n";

// More than one commit.
inline std::string chunk_of_todos() {
    std::string text;
    for (int i = 0; i < 1'500; ++i)
        text += "milk\n";
    return "1d4c\r\n" + text + "\r\n";
}

inline std::string import_until_refused(slow_exchange& import) {
    support::eventually([&] {
        import.send(chunk_of_todos());
        return import.socket.available() > 0;
    });
    return import.socket.available() > 0 ? import.rest() : std::string("not refused");
}

// To-dos that one page of a file does not hold, nor what a connection buffers.
inline void fill(const servers& world, const std::string& owner) {
    support::query(
        world.postgres.url(),
        "insert into todos (id, title, done, priority, labels, version, created_at, updated_at, notes, "
        "owner) select gen_random_uuid(), 'milk', false, 'none', '{}', 1, now(), now(), repeat('x', 4000), " +
            owner + " from generate_series(1, 12000) returning 1");
}

}  // namespace tidings::todo_be_test
