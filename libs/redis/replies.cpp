#include "redis/replies.hpp"

#include <hiredis/hiredis.h>

#include <new>

namespace tidings::redis {

namespace {

struct release {
    void operator()(redisReply* r) const { freeReplyObject(r); }
};

std::optional<reply> understood(const redisReply& r) {
    switch (r.type) {
        case REDIS_REPLY_STRING:
        case REDIS_REPLY_STATUS:
            return reply{reply::kind::text, std::string(r.str, static_cast<std::size_t>(r.len))};
        case REDIS_REPLY_INTEGER:
            return reply{reply::kind::text, std::to_string(r.integer)};
        case REDIS_REPLY_NIL:
            return reply{};
        case REDIS_REPLY_ERROR:
            return reply{reply::kind::error, std::string(r.str, static_cast<std::size_t>(r.len))};
        default:
            return std::nullopt;
    }
}

}  // namespace

replies::replies(std::size_t most_bytes) : reader_(redisReaderCreate(), redisReaderFree), most_bytes_(most_bytes) {
    if (!reader_) throw std::bad_alloc();
}

void replies::feed(std::string_view bytes) {
    const auto held = reader_->len - reader_->pos;
    failed_ = failed_ || held + bytes.size() > 2 * most_bytes_ ||
              redisReaderFeed(reader_.get(), bytes.data(), bytes.size()) != REDIS_OK;
}

// An array would be made with as many elements as it claims to have.
bool replies::begins_well() const {
    return std::string_view("+-:$").find(reader_->buf[reader_->pos]) != std::string_view::npos;
}

std::optional<reply> replies::next() {
    if (failed_ || (!within_ && reader_->len == reader_->pos)) return std::nullopt;
    failed_ = !within_ && !begins_well();
    if (failed_) return std::nullopt;
    within_ = true;
    void* made = nullptr;
    failed_ = redisReaderGetReply(reader_.get(), &made) != REDIS_OK;
    const std::unique_ptr<redisReply, release> r(static_cast<redisReply*>(made));
    if (failed_ || !r) {
        failed_ = failed_ || reader_->len - reader_->pos > most_bytes_;
        return std::nullopt;
    }
    within_ = false;
    auto found = understood(*r);
    failed_ = !found || found->text.size() > most_bytes_;
    return failed_ ? std::nullopt : std::move(found);
}

std::string command(const std::vector<std::string_view>& words) {
    std::vector<const char*> texts;
    std::vector<std::size_t> lengths;
    for (const auto& w : words) {
        texts.push_back(w.data());
        lengths.push_back(w.size());
    }
    char* made = nullptr;
    const auto size = redisFormatCommandArgv(&made, static_cast<int>(words.size()), texts.data(), lengths.data());
    if (size < 0) throw std::bad_alloc();
    std::string text(made, static_cast<std::size_t>(size));
    redisFreeCommand(made);
    return text;
}

}  // namespace tidings::redis
