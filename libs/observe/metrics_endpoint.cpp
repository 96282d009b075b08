#include "observe/metrics_endpoint.hpp"

#include <netdb.h>
#include <sys/socket.h>
#include <unistd.h>

#include <atomic>
#include <chrono>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

namespace tidings::observe {

namespace {

// A scraper that connects and says nothing must not keep the next one waiting for long.
std::vector<std::string> exposer_options(const std::string& address, std::uint16_t port) {
    const auto host = address.find(':') == std::string::npos ? address + ":" : "[" + address + "]:";
    // "+" is civetweb's word for both families.
    return {"listening_ports",    (address == "::" ? "+" : host) + std::to_string(port),
            "num_threads",        "2",
            "request_timeout_ms", "5000"};
}

// An address for all of the machine's is reached at its loopback.
addrinfo* place_of(const std::string& address, std::uint16_t port) {
    addrinfo hints{}, *found = nullptr;
    hints.ai_flags = AI_NUMERICHOST | AI_NUMERICSERV;
    hints.ai_socktype = SOCK_STREAM;
    const bool is_any = address == "0.0.0.0" || address == "::";
    const std::string host = is_any ? "127.0.0.1" : address;
    return ::getaddrinfo(host.c_str(), std::to_string(port).c_str(), &hints, &found) == 0 ? found : nullptr;
}

void knock(const addrinfo& at) {
    const int fd = ::socket(at.ai_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    if (fd < 0) return;
    static_cast<void>(::connect(fd, at.ai_addr, at.ai_addrlen));
    ::close(fd);
}

}  // namespace

metrics_endpoint::metrics_endpoint(const std::string& address, std::uint16_t port) : address_(address) {
    try {
        exposer_ = std::make_unique<prometheus::Exposer>(exposer_options(address, port));
    } catch (const std::exception&) {
        throw std::runtime_error("cannot serve metrics on " + address + " port " + std::to_string(port) +
                                 ": it is taken or not allowed; choose another with METRICS_ADDRESS and METRICS_PORT "
                                 "(0: a free one)");
    }
    port_ = static_cast<std::uint16_t>(exposer_->GetListeningPorts().front());
}

metrics_endpoint::~metrics_endpoint() {
    // civetweb looks whether it shall stop only every two seconds, or when somebody connects: so somebody does.
    std::atomic<bool> stopped = false;
    std::thread stopping([&] {
        exposer_.reset();
        stopped = true;
    });
    const std::unique_ptr<addrinfo, decltype(&::freeaddrinfo)> here(place_of(address_, port_), &::freeaddrinfo);
    while (!stopped) {
        if (here) knock(*here);
        std::this_thread::sleep_for(std::chrono::milliseconds(2));
    }
    stopping.join();
}

}  // namespace tidings::observe
