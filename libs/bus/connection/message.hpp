// One NATS message.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

struct __natsMsg;  // cnats' natsMsg

namespace tidings::bus {

using headers = std::vector<std::pair<std::string, std::string>>;

// Move-only; owns the bytes that its views show. Messages are freed in batches: cheap to drop.
class message {
  public:
    message() = default;
    explicit message(__natsMsg* m);  // takes ownership
    ~message();
    message(message&& other) noexcept : msg_(std::exchange(other.msg_, nullptr)) {}
    message& operator=(message&& other) noexcept;

    explicit operator bool() const { return msg_ != nullptr; }
    std::string_view subject() const;
    std::string_view reply() const;  // empty when none
    std::string_view payload() const;
    // The first value of a header, its name in any case; empty when absent.
    std::string_view header(std::string_view name) const;
    // The same for several names in one pass: `values`, as many, each made without a value, get what is found.
    void find_headers(std::span<const std::string_view> names, std::span<std::string_view> values) const;
    headers all_headers() const;
    std::vector<std::pair<std::string_view, std::string_view>> header_views() const;
    // The number of a status message ("NATS/1.0 408 Request Timeout"), 0 for an ordinary one.
    int status() const;

    __natsMsg* nats() const { return msg_; }

  private:
    __natsMsg* msg_ = nullptr;
};

// `reply` may be empty. Null when a header's name is invalid.
message make_message(const std::string& subject, const std::string& reply, const headers& h, std::string_view payload);

}  // namespace tidings::bus
