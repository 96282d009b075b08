#include "support/tcp_stream.hpp"

#include <fcntl.h>
#include <netdb.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <boost/beast/core/string.hpp>
#include <cerrno>
#include <cstring>
#include <memory>
#include <stdexcept>
#include <utility>

#include "support/http_reader.hpp"

namespace tidings::support {

namespace {

using addresses = std::unique_ptr<addrinfo, decltype(&::freeaddrinfo)>;

addresses resolve(const std::string& host, const std::string& port) {
    addrinfo wanted{}, *found = nullptr;
    wanted.ai_socktype = SOCK_STREAM;
    if (::getaddrinfo(host.c_str(), port.c_str(), &wanted, &found) != 0) {
        throw std::runtime_error("cannot resolve " + host);
    }
    return {found, &::freeaddrinfo};
}

int connect_any(const addrinfo* list) {
    for (; list != nullptr; list = list->ai_next) {
        const int fd = ::socket(list->ai_family, SOCK_STREAM | SOCK_CLOEXEC, 0);
        if (fd >= 0 && ::connect(fd, list->ai_addr, list->ai_addrlen) == 0) return fd;
        const int error = errno;
        if (fd >= 0) ::close(fd);
        errno = error;
    }
    return -1;
}

}  // namespace

tcp_stream::tcp_stream(const std::string& host, const std::string& port, clock::time_point deadline)
    : deadline_(deadline) {
    const auto list = resolve(host, port);
    fd_ = connect_any(list.get());
    if (fd_ < 0) throw std::runtime_error("cannot connect to " + host + ':' + port + ": " + std::strerror(errno));
    ::fcntl(fd_, F_SETFL, O_NONBLOCK);
}

tcp_stream::~tcp_stream() { ::close(fd_); }

bool tcp_stream::wait_for(short event) {
    const auto left = std::chrono::ceil<std::chrono::milliseconds>(deadline_ - clock::now()).count();
    pollfd p{fd_, event, 0};
    return left > 0 && ::poll(&p, 1, static_cast<int>(left)) > 0;
}

bool tcp_stream::write(const std::string& bytes) {
    for (std::size_t sent = 0; sent < bytes.size();) {
        if (!wait_for(POLLOUT)) return false;
        const auto n = ::send(fd_, bytes.data() + sent, bytes.size() - sent, MSG_NOSIGNAL);
        if (n < 0 && errno != EAGAIN && errno != EINTR) return false;
        sent += static_cast<std::size_t>(std::max<ssize_t>(n, 0));
    }
    return true;
}

bool tcp_stream::read_some(std::string& into) {
    if (!read_ahead_.empty()) {
        into += std::exchange(read_ahead_, {});
        return true;
    }
    std::array<char, 16384> piece;
    for (;;) {
        if (!wait_for(POLLIN)) return false;
        const auto n = ::recv(fd_, piece.data(), piece.size(), 0);
        if (n > 0) into.append(piece.data(), static_cast<std::size_t>(n));
        if (n > 0) return true;
        if (n == 0 || (errno != EAGAIN && errno != EINTR)) return false;
    }
}

std::optional<http_answer> tcp_stream::read_answer(body wanted) {
    http_reader<false> reader;
    std::string bytes;
    while (!reader.read_head(bytes)) {
        if (!read_some(bytes)) return std::nullopt;
    }
    const bool with_body = wanted == body::whole || (wanted == body::counted && reader.has_length());
    while (with_body && !reader.read(bytes)) {
        if (!read_some(bytes) && !reader.end()) return std::nullopt;
    }
    read_ahead_.insert(0, bytes);
    const auto& message = reader.message();
    http_answer answer{static_cast<int>(message.result_int()), {}, message.body()};
    for (const auto& field : message)
        answer.headers.emplace_back(field.name_string(), field.value());
    return answer;
}

std::string http_answer::header(std::string_view name) const {
    const auto found =
        std::ranges::find_if(headers, [&](const auto& h) { return boost::beast::iequals(h.first, name); });
    return found == headers.end() ? std::string() : found->second;
}

}  // namespace tidings::support
