#include "support/postgres_cluster.hpp"

#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include <fstream>
#include <stdexcept>

#include "support/process.hpp"

namespace tidings::support {

namespace fs = std::filesystem;

namespace {

constexpr int oldest_version = 15;

// Small and on loopback only; durability (fsync, synchronous_commit) stays at the defaults, as the tests kill it.
constexpr const char* settings = R"(
listen_addresses = '127.0.0.1'
unix_socket_directories = ''
max_connections = 100
shared_buffers = 16MB
)";

// $0 = the programs, $1 = the new cluster. The database is made in single-user mode: no port is needed.
constexpr const char* create_script = R"(
"$0/initdb" -D "$1" -U tidings --auth=trust --no-sync --encoding=UTF8 --locale=C.UTF-8 &&
echo 'create database tidings' | "$0/postgres" --single -D "$1" postgres
)";

void run(const std::vector<std::string>& argv, const std::string& user = {}) {
    const temp_dir work;
    process p({argv, {{"LANG", "C.UTF-8"}}, work.path() / "log", user});
    if (p.wait() != 0) throw std::runtime_error(argv[0] + " failed: " + p.output());
}

class file_lock {
  public:
    explicit file_lock(const fs::path& file) : fd_(::open(file.c_str(), O_CREAT | O_RDWR | O_CLOEXEC, 0666)) {
        if (fd_ < 0 || ::flock(fd_, LOCK_EX) != 0) throw std::runtime_error("cannot lock " + file.string());
    }
    ~file_lock() { ::close(fd_); }
    file_lock(const file_lock&) = delete;
    file_lock& operator=(const file_lock&) = delete;

  private:
    int fd_;
};

void copy_tree(const fs::path& from, const fs::path& to) { run({"cp", "-a", "--reflink=auto", from, to}); }

// initdb runs in a temp_dir: the user postgres may have no access to the build tree.
void make_template(const fs::path& target) {
    const temp_dir work;
    fs::permissions(work.path(), fs::perms::all);
    const auto data = work.path() / "data";
    run({"sh", "-c", create_script, postgres_programs(), data}, "postgres");
    std::ofstream(data / "postgresql.conf", std::ios::app) << settings;
    fs::remove_all(target.string() + ".new");
    copy_tree(data, target.string() + ".new");
    fs::rename(target.string() + ".new", target);
}

}  // namespace

fs::path postgres_programs() {
    if (const char* folder = std::getenv("TIDINGS_PG_BIN")) return folder;
    int newest = 0;
    std::error_code none;
    for (const auto& entry : fs::directory_iterator("/usr/lib/postgresql", none)) {
        const int version = std::atoi(entry.path().filename().c_str());
        if (fs::exists(entry.path() / "bin" / "initdb")) newest = std::max(newest, version);
    }
    if (newest >= oldest_version) return "/usr/lib/postgresql/" + std::to_string(newest) + "/bin";
    throw std::runtime_error(
        "PostgreSQL >= 15 is not installed (apt-get install postgresql), nor is $TIDINGS_PG_BIN set");
}

void make_cluster(const fs::path& data) {
    const fs::path cache = TIDINGS_TEST_CACHE;
    fs::create_directories(cache);
    const auto pattern = cache / ("pg-template-" + postgres_programs().parent_path().filename().string());
    {
        const file_lock one_maker(pattern.string() + ".lock");
        if (!fs::exists(pattern)) make_template(pattern);
    }
    copy_tree(pattern, data);
}

void make_standby(const fs::path& data, std::uint16_t port) {
    fs::permissions(data.parent_path(), fs::perms::all);
    run({postgres_programs() / "pg_basebackup", "-d", "host=127.0.0.1 user=tidings port=" + std::to_string(port), "-D",
         data, "-R", "-c", "fast", "--no-sync"},
        "postgres");
}

}  // namespace tidings::support
