// The binary array format (PostgreSQL's array_recv), big-endian: int32 dimensions, int32 has-null flag, uint32 element
// type; then for each dimension int32 length, int32 lower bound; then for each element int32 length (-1: NULL) and
// bytes.
#include "pg/parameters.hpp"

#include <bit>
#include <limits>

#include "pg/error.hpp"

namespace tidings::pg {

namespace {

// Object ids from PostgreSQL's catalogue (pg_type.dat); they never change.
enum oid : unsigned {
    bool_oid = 16,
    int8_oid = 20,
    float8_oid = 701,
    text_oid = 25,
    uuid_oid = 2950,
    timestamptz_oid = 1184,
    bool_array_oid = 1000,
    text_array_oid = 1009,
    int8_array_oid = 1016,
    float8_array_oid = 1022,
    timestamptz_array_oid = 1185,
    uuid_array_oid = 2951,
};

// 2000-01-01, where PostgreSQL's timestamps begin, in microseconds since 1970.
constexpr std::int64_t postgres_epoch = 946'684'800'000'000;

template <class T>
void put(std::string& out, T value) {
    char bytes[sizeof(T)];
    auto rest = static_cast<std::make_unsigned_t<T>>(value);
    for (std::size_t i = sizeof(T); i-- > 0; rest = static_cast<decltype(rest)>(rest >> 7 >> 1)) {
        bytes[i] = static_cast<char>(rest & 0xFF);
    }
    out.append(bytes, sizeof(T));
}

void put_null(std::string& out) { put(out, std::int32_t{-1}); }

void put_element(std::string& out, std::string_view bytes) {
    put(out, static_cast<std::int32_t>(bytes.size()));
    out.append(bytes);
}

void put_element(std::string& out, std::int64_t value) {
    put(out, std::int32_t{8});
    put(out, value);
}

// IEEE 754 binary64 (float8send).
void put_element(std::string& out, double value) { put_element(out, std::bit_cast<std::int64_t>(value)); }

void put_element(std::string& out, bool value) {
    put(out, std::int32_t{1});
    out.push_back(value ? '\1' : '\0');
}

void put_element(std::string& out, const std::array<std::uint8_t, 16>& uuid) {
    put(out, std::int32_t{16});
    for (const std::uint8_t byte : uuid)
        out.push_back(static_cast<char>(byte));
}

template <class T>
void put_element(std::string& out, const std::optional<T>& value) {
    if (value) {
        put_element(out, *value);
    } else {
        put_null(out);
    }
}

std::string array_head(std::size_t count, oid element, std::size_t bytes_per_element) {
    constexpr std::size_t head = 20;
    std::string out;
    out.reserve(head + count * (sizeof(std::int32_t) + bytes_per_element));
    put(out, std::int32_t{count == 0 ? 0 : 1});
    put(out, std::int32_t{1});  // "may have NULLs": the server looks at the lengths alone
    put(out, static_cast<std::uint32_t>(element));
    if (count == 0) return out;
    put(out, static_cast<std::int32_t>(count));
    put(out, std::int32_t{1});
    return out;
}

template <class T>
std::string array_of(std::span<const T> values, oid element, std::size_t bytes_per_element) {
    std::string out = array_head(values.size(), element, bytes_per_element);
    for (const T& value : values)
        put_element(out, value);
    return out;
}

std::int64_t since_postgres_epoch(std::int64_t unix_microseconds) {
    if (unix_microseconds < std::numeric_limits<std::int64_t>::min() + postgres_epoch) {
        throw error("22008", "timestamp out of range");
    }
    return unix_microseconds - postgres_epoch;
}

constexpr std::size_t usual_text = 48;  // a guess for reserve() only

}  // namespace

parameters& parameters::text(std::string_view value) {
    // The text format ends at a NUL: refuse it as the server would, instead of cutting the value short.
    if (value.find('\0') != std::string_view::npos) throw error("22021", "NUL byte in a text parameter");
    values_.push_back({std::string(value), 0, 0});
    return *this;
}

parameters& parameters::integer(std::int64_t value) {
    values_.push_back({std::to_string(value), 0, 0});
    return *this;
}

parameters& parameters::uuid(const std::array<std::uint8_t, 16>& value) {
    values_.push_back({std::string(value.begin(), value.end()), uuid_oid, 1});
    return *this;
}

parameters& parameters::timestamp(std::int64_t value) {
    std::string bytes;
    put(bytes, since_postgres_epoch(value));
    values_.push_back({std::move(bytes), timestamptz_oid, 1});
    return *this;
}

parameters& parameters::texts(std::span<const std::optional<std::string_view>> values) {
    values_.push_back({array_of(values, text_oid, usual_text), text_array_oid, 1});
    return *this;
}

parameters& parameters::texts(std::span<const std::string_view> values) {
    values_.push_back({array_of(values, text_oid, usual_text), text_array_oid, 1});
    return *this;
}

parameters& parameters::uuids(std::span<const std::array<std::uint8_t, 16>> values) {
    values_.push_back({array_of(values, uuid_oid, 16), uuid_array_oid, 1});
    return *this;
}

parameters& parameters::uuids(std::span<const std::optional<std::array<std::uint8_t, 16>>> values) {
    values_.push_back({array_of(values, uuid_oid, 16), uuid_array_oid, 1});
    return *this;
}

parameters& parameters::integers(std::span<const std::int64_t> values) {
    values_.push_back({array_of(values, int8_oid, 8), int8_array_oid, 1});
    return *this;
}

parameters& parameters::integers(std::span<const std::optional<std::int64_t>> values) {
    values_.push_back({array_of(values, int8_oid, 8), int8_array_oid, 1});
    return *this;
}

parameters& parameters::numbers(std::span<const std::optional<double>> values) {
    values_.push_back({array_of(values, float8_oid, 8), float8_array_oid, 1});
    return *this;
}

parameters& parameters::booleans(std::span<const bool> values) {
    values_.push_back({array_of(values, bool_oid, 1), bool_array_oid, 1});
    return *this;
}

parameters& parameters::timestamps(std::span<const std::optional<std::int64_t>> values) {
    std::string out = array_head(values.size(), timestamptz_oid, 8);
    for (const auto& value : values) {
        if (value) {
            put_element(out, since_postgres_epoch(*value));
        } else {
            put_null(out);
        }
    }
    values_.push_back({std::move(out), timestamptz_array_oid, 1});
    return *this;
}

std::size_t parameters::size() const { return values_.size(); }

}  // namespace tidings::pg
