// Bytes on their way out: up to three borrowed pieces that are written in one go.
#pragma once

#include <algorithm>
#include <array>
#include <boost/asio/buffer.hpp>
#include <string_view>

namespace tidings::http {

class outgoing {
  public:
    explicit outgoing(std::string_view a, std::string_view b = {}, std::string_view c = {})
        : parts_{piece(a), piece(b), piece(c)} {}

    const std::array<boost::asio::const_buffer, 3>& parts() const { return parts_; }
    std::size_t size() const { return boost::asio::buffer_size(parts_); }
    bool empty() const { return size() == 0; }
    // The first `n` bytes are written.
    void consume(std::size_t n) {
        for (auto& part : parts_) {
            const auto here = std::min(n, part.size());
            part += here;
            n -= here;
        }
    }

  private:
    static boost::asio::const_buffer piece(std::string_view text) { return {text.data(), text.size()}; }
    std::array<boost::asio::const_buffer, 3> parts_;
};

}  // namespace tidings::http
