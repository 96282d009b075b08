#include "bus/connection/connection.hpp"

#include "bus/connection/connection_core.hpp"

namespace tidings::bus {

connection::connection(runtime::asio::io_context& ctx, const connection_options& options)
    : core_(std::make_shared<connection_core>(ctx, options)) {
    core_->start();
}

connection::~connection() { core_->shut(); }

bool connection::connected() const { return core_->connected(); }

std::uint64_t connection::reconnects() const { return core_->reconnects(); }

std::size_t connection::max_payload() const { return core_->max_payload(); }

std::string connection::last_error() const { return core_->last_error(); }

std::string connection::why(const boost::system::error_code& e) const {
    return e == errc::refused ? last_error() : e.message();
}

void connection::note_error(std::string text) { core_->note_error(std::move(text)); }

void connection::note_answer() { core_->note_answer(); }

std::unordered_map<std::string, runtime::time_point>& connection::streams_in_use() { return core_->streams_in_use(); }

void connection::hurry() { core_->hurry(); }

std::string connection::trouble() const { return core_->trouble(); }

void connection::on_connected(std::function<void()> f) { core_->on_connected().add(std::move(f)); }

void connection::on_disconnected(std::function<void()> f) { core_->on_disconnected().add(std::move(f)); }

void connection::on_connected(std::weak_ptr<void> while_alive, std::function<void()> f) {
    core_->on_connected().add(std::move(while_alive), std::move(f));
}

void connection::on_dropped(std::weak_ptr<void> while_alive, std::function<void()> f) {
    core_->on_dropped().add(std::move(while_alive), std::move(f));
}

void connection::on_disconnected(std::weak_ptr<void> while_alive, std::function<void()> f) {
    core_->on_disconnected().add(std::move(while_alive), std::move(f));
}

bool connection::publish(std::string_view subject, std::string_view payload) {
    return !core_->publish(subject, {}, {}, payload);
}

bool connection::publish(std::string_view subject, std::string_view reply, const headers& h, std::string_view payload) {
    return !core_->publish(subject, reply, h, payload);
}

boost::system::error_code connection::send(std::string_view subject, std::string_view reply, const headers& h,
                                           std::string_view payload) {
    return core_->publish(subject, reply, h, payload);
}

boost::system::error_code connection::publish_request(std::string_view subject, std::string_view inbox,
                                                      const headers& h, std::string_view payload) {
    return core_->publish_request(subject, inbox, h, payload);
}

std::string connection::open_inbox(inbox_router::inbox_handler on_message) {
    return core_->inboxes().open(std::move(on_message));
}

void connection::close_inbox(std::string_view inbox) { core_->inboxes().close(inbox); }

void connection::bind(std::string consumer, inbox_router::consumer_handler on_message) {
    core_->inboxes().bind(std::move(consumer), std::move(on_message));
}

void connection::unbind(std::string_view consumer) { core_->inboxes().unbind(consumer); }

runtime::task<boost::system::result<message>> connection::request(std::string subject, std::string payload, headers h,
                                                                  std::chrono::milliseconds deadline) {
    return core_->request(std::move(subject), std::move(payload), std::move(h), deadline);
}

std::chrono::milliseconds connection::deadline_of(std::string_view subject, std::chrono::milliseconds wanted) const {
    return core_->deadline_of(subject, wanted);
}

subscription connection::subscribe(std::string subject, std::string queue, std::function<void(message)> on_message) {
    auto wanted = std::make_shared<wanted_subscription>();
    wanted->subject = std::move(subject);
    wanted->queue = std::move(queue);
    wanted->on_message = std::move(on_message);
    core_->subscribe(wanted);
    return subscription(core_, std::move(wanted));
}

}  // namespace tidings::bus
