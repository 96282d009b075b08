#include "bus/link/server_link.hpp"

#include <fcntl.h>
#include <nats/nats.h>
#include <nats/version.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <cstdlib>
#include <system_error>

namespace tidings::bus {

using descriptor = runtime::asio::posix::basic_stream_descriptor<runtime::executor>;

server_link::server_link(std::shared_ptr<loop_gate> gate, natsConnection* nc, int socket)
    : gate_(std::move(gate)), nc_(nc), theirs_(socket), ours_(::fcntl(socket, F_DUPFD_CLOEXEC, 0)) {
    if (ours_ < 0) throw std::system_error(errno, std::generic_category(), "duplicating the NATS socket");
}

server_link::~server_link() {
    if (ours_ >= 0) ::close(ours_);
}

void server_link::start(runtime::asio::io_context& ctx, link_listener& listener) {
    listener_ = &listener;
    descriptor_.emplace(ctx.get_executor(), std::exchange(ours_, -1));
    await_readable();
    // Events from before there was a listener.
    if (write_wanted_) gate_->post([self = shared_from_this()] { self->write_now(); });
    if (detached_) gate_->post([self = shared_from_this()] { self->report_loss(); });
}

std::string server_link::error() const {
    const char* text = nullptr;
    if (!nc_ || natsConnection_GetLastError(nc_, &text) == NATS_OK || !text) return {};
    return text;
}

std::vector<std::string> server_link::discovered_servers() const {
    char** servers = nullptr;
    int count = 0;
    std::vector<std::string> urls;
    if (natsConnection_GetDiscoveredServers(nc_, &servers, &count) != NATS_OK) return urls;
    for (int i = 0; i < count; ++i) {
        urls.emplace_back(servers[i]);
        std::free(servers[i]);
    }
    std::free(static_cast<void*>(servers));
    return urls;
}

std::string server_link::url() const {
    std::array<char, 512> text{};
    if (!nc_ || natsConnection_GetConnectedUrl(nc_, text.data(), text.size()) != NATS_OK) return {};
    return text.data();
}

void server_link::close() {
    const auto self = shared_from_this();
    listener_ = nullptr;
    if (descriptor_ && write_wanted_) natsConnection_ProcessWriteEvent(nc_);
    if (descriptor_ && write_wanted_) {
        // natsConnection_Destroy would wait up to 500 ms for unsent data: a failing write closes the connection first.
        ::shutdown(descriptor_->native_handle(), SHUT_RDWR);
        natsConnection_ProcessWriteEvent(nc_);
    }
    natsConnection_Destroy(std::exchange(nc_, nullptr));
    boost::system::error_code ignored;
    if (descriptor_) descriptor_->close(ignored);
}

void server_link::want_write(bool wanted) {
    write_wanted_ = wanted;
    // Never inline, since cnats holds its lock; it also lets everything published in this turn of the loop go out in
    // one write.
    if (wanted) gate_->post([self = shared_from_this()] { self->write_now(); });
}

void server_link::stop_reading() {
#if NATS_VERSION_NUMBER >= 0x030902
    // From 3.9.2 cnats leaves the closing of its socket to the loop's side.
    natsConnection_ProcessCloseEvent(&theirs_);
#endif
}

void server_link::detached() {
    detached_ = true;
#if NATS_VERSION_NUMBER >= 0x030b00
    natsConnection_ProcessDetachedEvent(nc_);
#endif
    gate_->post([self = shared_from_this()] { self->report_loss(); });
}

void server_link::await_readable() {
    descriptor_->async_wait(descriptor::wait_read, [self = shared_from_this()](boost::system::error_code failure) {
        if (failure || !self->nc_) return;
        natsConnection_ProcessReadEvent(self->nc_);
        if (self->listener_) self->listener_->received();
        if (self->listener_ && !self->detached_) self->await_readable();
    });
}

void server_link::await_writable() {
    if (std::exchange(awaiting_writable_, true)) return;
    descriptor_->async_wait(descriptor::wait_write, [self = shared_from_this()](boost::system::error_code failure) {
        self->awaiting_writable_ = false;
        if (!failure) self->write_now();
    });
}

void server_link::write_now() {
    // Only when wanted: cnats takes the writing of an empty buffer for a closed connection.
    if (!listener_ || detached_ || !write_wanted_) return;
    natsConnection_ProcessWriteEvent(nc_);
    if (write_wanted_ && !detached_ && listener_) await_writable();
}

void server_link::report_loss() {
    if (auto* listener = std::exchange(listener_, nullptr)) listener->lost();
}

}  // namespace tidings::bus
