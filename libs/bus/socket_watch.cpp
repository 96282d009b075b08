#include "bus/socket_watch.hpp"

#include <unistd.h>

#include <boost/asio/post.hpp>

namespace tidings::bus {

namespace asio = runtime::asio;

socket_watch::socket_watch(asio::io_context& ctx, std::function<void()> on_read)
    : ctx_(&ctx), socket_(ctx.get_executor()), on_read_(std::move(on_read)) {}

void socket_watch::close() {
    stop();
    const std::lock_guard lock(mutex_);
    ctx_ = nullptr;
    on_read_ = nullptr;
}

natsStatus socket_watch::attach(void** user_data, void* loop, natsConnection* nc, natsSock socket) {
    auto* self = static_cast<socket_watch*>(loop);
    *user_data = self;
    const int copy = ::dup(socket);
    if (copy < 0) return NATS_SYS_ERROR;
    const std::lock_guard lock(self->mutex_);
    if (self->ctx_ == nullptr) {
        ::close(copy);
        return NATS_CONNECTION_CLOSED;
    }
    asio::post(*self->ctx_, [watch = self->shared_from_this(), nc, copy] { watch->start(nc, copy); });
    return NATS_OK;
}

natsStatus socket_watch::read(void* user_data, bool add) {
    // Reading goes on as long as a socket is attached; cnats only ever asks to stop when the socket is lost.
    if (!add) static_cast<socket_watch*>(user_data)->post(&socket_watch::stop);
    return NATS_OK;
}

natsStatus socket_watch::write(void* user_data, bool add) {
    auto* self = static_cast<socket_watch*>(user_data);
    self->write_wanted_ = add;
    // Everything published until the loop gets there goes out in one write.
    if (add && !self->write_posted_.exchange(true)) self->post(&socket_watch::write_now);
    return NATS_OK;
}

natsStatus socket_watch::detach(void* user_data) {
    static_cast<socket_watch*>(user_data)->post(&socket_watch::stop);
    return NATS_OK;
}

void socket_watch::post(void (socket_watch::*what)()) {
    const std::lock_guard lock(mutex_);
    if (ctx_ != nullptr) asio::post(*ctx_, [watch = shared_from_this(), what] { (watch.get()->*what)(); });
}

void socket_watch::start(natsConnection* nc, int fd) {
    stop();
    if (ctx_ == nullptr) {
        ::close(fd);
        return;
    }
    nc_ = nc;
    socket_.assign(fd);
    wait_readable();
    // What was written while nothing watched waits in cnats' buffer.
    write_now();
}

void socket_watch::stop() {
    ++generation_;
    nc_ = nullptr;
    waiting_to_write_ = false;
    boost::system::error_code ignored;
    if (socket_.is_open()) socket_.close(ignored);
}

void socket_watch::wait_readable() {
    socket_.async_wait(socket_.wait_read,
                       [self = shared_from_this(), g = generation_](const boost::system::error_code& e) {
                           if (e || g != self->generation_) return;
                           natsConnection_ProcessReadEvent(self->nc_);
                           if (self->on_read_) self->on_read_();
                           if (g == self->generation_) self->wait_readable();
                       });
}

void socket_watch::write_now() {
    write_posted_ = false;
    if (nc_ == nullptr || waiting_to_write_) return;
    natsConnection_ProcessWriteEvent(nc_);
    if (write_wanted_ && nc_ != nullptr) wait_writable();
}

void socket_watch::wait_writable() {
    waiting_to_write_ = true;
    socket_.async_wait(socket_.wait_write,
                       [self = shared_from_this(), g = generation_](const boost::system::error_code& e) {
                           if (e || g != self->generation_) return;
                           self->waiting_to_write_ = false;
                           self->write_now();
                       });
}

}  // namespace tidings::bus
