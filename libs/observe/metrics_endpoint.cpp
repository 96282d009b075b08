#include "observe/metrics_endpoint.hpp"

#include <arpa/inet.h>
#include <netinet/in.h>
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
    const auto host = address.find(':') == std::string::npos ? address : "[" + address + "]";
    return {"listening_ports", host + ":" + std::to_string(port), "num_threads", "2", "request_timeout_ms", "5000"};
}

void knock(std::uint16_t port) {
    const int fd = ::socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    if (fd < 0) return;
    sockaddr_in here{};
    here.sin_family = AF_INET;
    here.sin_port = htons(port);
    here.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    static_cast<void>(::connect(fd, reinterpret_cast<const sockaddr*>(&here), sizeof here));
    ::close(fd);
}

}  // namespace

metrics_endpoint::metrics_endpoint(const std::string& address, std::uint16_t port) {
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
    while (!stopped) {
        knock(port_);
        std::this_thread::sleep_for(std::chrono::milliseconds(2));
    }
    stopping.join();
}

}  // namespace tidings::observe
