#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <cstddef>
#include <stdexcept>

#include "support/process.hpp"

namespace tidings::support {

namespace {

// Below the kernel's ephemeral range (from 32768), so that no outgoing connection takes the port meanwhile.
constexpr unsigned first_port = 10240;
constexpr unsigned port_count = 20000;

bool can_bind(std::uint16_t port) {
    const int fd = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    const int on = 1;
    ::setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(port);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    const bool bound = ::bind(fd, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0;
    ::close(fd);
    return bound;
}

// Another test program could pick the same port before it is in use. An abstract socket (unix(7)) per
// port, bound until this program ends, keeps the machine's test programs apart and leaves no file behind.
bool claim(std::uint16_t port) {
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    const auto name = "tidings-port-" + std::to_string(port);
    std::ranges::copy(name, address.sun_path + 1);
    const auto size = static_cast<socklen_t>(offsetof(sockaddr_un, sun_path) + 1 + name.size());
    const int fd = ::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (fd < 0) return false;
    // The descriptor stays open on purpose: it is the claim.
    if (::bind(fd, reinterpret_cast<const sockaddr*>(&address), size) == 0) return true;
    ::close(fd);
    return false;
}

}  // namespace

std::uint16_t free_port() {
    static std::atomic<unsigned> next{static_cast<unsigned>(::getpid()) * 61U};
    for (unsigned tried = 0; tried < port_count; ++tried) {
        const auto port = static_cast<std::uint16_t>(first_port + next++ % port_count);
        if (claim(port) && can_bind(port)) return port;
    }
    throw std::runtime_error("no free TCP port on 127.0.0.1");
}

}  // namespace tidings::support
