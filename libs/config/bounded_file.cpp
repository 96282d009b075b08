#include "config/bounded_file.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

#include "config/reader.hpp"

namespace tidings::config {

namespace {

class open_file {
  public:
    // Not blocking: a named pipe without a writer must not block the service.
    explicit open_file(const std::string& path) : fd_(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK)) {}
    ~open_file() {
        if (fd_ >= 0) ::close(fd_);
    }
    open_file(const open_file&) = delete;
    open_file& operator=(const open_file&) = delete;
    bool ok() const { return fd_ >= 0; }
    ssize_t read(char* at, std::size_t size) const { return ::read(fd_, at, size); }

  private:
    int fd_;
};

[[noreturn]] void fail(const std::string& path) {
    throw error("cannot read the file '" + path + "': " + std::strerror(errno));
}

}  // namespace

std::string read_bounded(const std::string& path) {
    const open_file file(path);
    if (!file.ok()) fail(path);
    std::string text;
    char part[16 * 1024];
    while (true) {
        const ssize_t count = file.read(part, sizeof part);
        if (count == 0) return text;
        if (count < 0 && errno != EINTR) fail(path);
        if (count > 0) text.append(part, static_cast<std::size_t>(count));
        if (text.size() > largest_file) throw error("the file '" + path + "' is larger than 16 MiB");
    }
}

}  // namespace tidings::config
