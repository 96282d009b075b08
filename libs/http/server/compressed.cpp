#include "http/server/compressed.hpp"

#include <zlib.h>
#include <zstd.h>

#include <algorithm>
#include <boost/asio/post.hpp>
#include <memory>
#include <stdexcept>

namespace tidings::http {

namespace {

constexpr std::size_t slice = 64 * std::size_t{1024};
constexpr std::size_t room_for_slice = 32 * std::size_t{1024};  // made larger as needed

[[noreturn]] void fail() { throw std::runtime_error("a body cannot be compressed"); }

class coder {
  public:
    virtual ~coder() = default;
    // Appends what `piece` comes to, as far as it is known yet.
    virtual void take(std::string_view piece, bool last, std::string& out) = 0;
};

class gzip_coder final : public coder {
  public:
    gzip_coder() {
        constexpr int window = 15, with_gzip_header = 16, memory = 8;
        if (::deflateInit2(&z_, Z_BEST_SPEED, Z_DEFLATED, window + with_gzip_header, memory, Z_DEFAULT_STRATEGY) !=
            Z_OK)
            fail();
    }
    gzip_coder(const gzip_coder&) = delete;
    gzip_coder& operator=(const gzip_coder&) = delete;
    ~gzip_coder() override { ::deflateEnd(&z_); }

    void take(std::string_view piece, bool last, std::string& out) override {
        // zlib does not write to its input, but its type says so.
        z_.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(piece.data()));
        z_.avail_in = static_cast<uInt>(piece.size());
        do {
            const auto from = out.size();
            out.resize(from + room_for_slice);
            z_.next_out = reinterpret_cast<Bytef*>(out.data() + from);
            z_.avail_out = room_for_slice;
            if (::deflate(&z_, last ? Z_FINISH : Z_NO_FLUSH) == Z_STREAM_ERROR) fail();
            out.resize(out.size() - z_.avail_out);
        } while (z_.avail_out == 0);
    }

  private:
    z_stream z_{};
};

class zstd_coder final : public coder {
  public:
    // Knowing the size it takes no more memory than that needs.
    explicit zstd_coder(std::size_t size) : context_(::ZSTD_createCCtx()) {
        if (!context_) fail();
        check(::ZSTD_CCtx_setParameter(context_.get(), ZSTD_c_compressionLevel, 1));
        check(::ZSTD_CCtx_setPledgedSrcSize(context_.get(), size));
    }

    void take(std::string_view piece, bool last, std::string& out) override {
        ZSTD_inBuffer from{piece.data(), piece.size(), 0};
        std::size_t left = 0;
        do {
            const auto begin = out.size();
            out.resize(begin + room_for_slice);
            ZSTD_outBuffer to{out.data() + begin, room_for_slice, 0};
            left = check(::ZSTD_compressStream2(context_.get(), &to, &from, last ? ZSTD_e_end : ZSTD_e_continue));
            out.resize(begin + to.pos);
        } while (last ? left != 0 : from.pos < from.size);
    }

  private:
    static std::size_t check(std::size_t result) {
        if (::ZSTD_isError(result) != 0) fail();
        return result;
    }
    struct free_context {
        void operator()(ZSTD_CCtx* c) const { ::ZSTD_freeCCtx(c); }
    };
    std::unique_ptr<ZSTD_CCtx, free_context> context_;
};

std::unique_ptr<coder> coder_of(coding c, std::size_t size) {
    if (c == coding::zstd) return std::make_unique<zstd_coder>(size);
    return std::make_unique<gzip_coder>();
}

}  // namespace

runtime::task<std::string> compressed(coding c, std::string_view body) {
    const auto work = coder_of(c, body.size());
    std::string out;
    for (;;) {
        const auto piece = body.substr(0, slice);
        body.remove_prefix(piece.size());
        work->take(piece, body.empty(), out);
        if (body.empty()) co_return out;
        co_await runtime::asio::post(co_await runtime::asio::this_coro::executor, runtime::use_task);
    }
}

}  // namespace tidings::http
