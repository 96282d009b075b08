#include "observe/process_metrics.hpp"

#include <prometheus/metric_family.h>
#include <sys/resource.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <iterator>
#include <optional>
#include <sstream>
#include <string>

namespace tidings::observe {

namespace {

using prometheus::MetricFamily;
using prometheus::MetricType;

MetricFamily family(std::string name, std::string help, MetricType type, double value) {
    prometheus::ClientMetric metric;
    (type == MetricType::Counter ? metric.counter.value : metric.gauge.value) = value;
    return {std::move(name), std::move(help), type, {metric}};
}

struct process_state {
    double cpu_ticks = 0;
    double threads = 0;
    double start_ticks = 0;  // since boot
    double virtual_bytes = 0;
    double resident_pages = 0;
};

// proc(5): the second field, the program's name in parentheses, may itself hold spaces and parentheses.
std::optional<process_state> read_stat() {
    std::ifstream in("/proc/self/stat");
    const std::string text(std::istreambuf_iterator<char>(in), {});
    const std::size_t name_end = text.rfind(')');
    if (name_end == std::string::npos) return std::nullopt;
    std::istringstream fields(text.substr(name_end + 1));
    std::string skipped;
    const auto skip = [&](int count) {
        while (count-- > 0)
            fields >> skipped;
    };
    process_state s;
    double user = 0;
    double system = 0;
    skip(11);  // state ... cmajflt
    fields >> user >> system;
    skip(4);  // cutime, cstime, priority, nice
    fields >> s.threads >> skipped >> s.start_ticks >> s.virtual_bytes >> s.resident_pages;
    s.cpu_ticks = user + system;
    return fields ? std::optional(s) : std::nullopt;
}

std::optional<double> boot_time() {
    std::ifstream in("/proc/stat");
    for (std::string name; in >> name;) {
        double value = 0;
        if (name == "btime" && in >> value) return value;
    }
    return std::nullopt;
}

std::optional<double> open_files() {
    std::error_code failure;
    const std::filesystem::directory_iterator files("/proc/self/fd", failure);
    if (failure) return std::nullopt;
    return static_cast<double>(std::distance(begin(files), end(files)) - 1);  // without the folder just opened
}

}  // namespace

std::vector<MetricFamily> process_metrics::Collect() const {
    std::vector<MetricFamily> found;
    const auto gauge = [&found](const char* name, const char* help, double value) {
        found.push_back(family(name, help, MetricType::Gauge, value));
    };
    if (const auto s = read_stat()) {
        const auto ticks = static_cast<double>(::sysconf(_SC_CLK_TCK));
        found.push_back(family("process_cpu_seconds_total", "Processor time used, user and system, in seconds.",
                               MetricType::Counter, s->cpu_ticks / ticks));
        gauge("process_resident_memory_bytes", "Resident memory in bytes.",
              s->resident_pages * static_cast<double>(::sysconf(_SC_PAGESIZE)));
        gauge("process_virtual_memory_bytes", "Virtual memory in bytes.", s->virtual_bytes);
        gauge("process_threads", "Threads of the process.", s->threads);
        static const std::optional<double> boot = boot_time();
        if (boot)
            gauge("process_start_time_seconds", "Start of the process, seconds since the epoch.",
                  *boot + s->start_ticks / ticks);
    }
    if (const auto files = open_files()) gauge("process_open_fds", "Open file descriptors.", *files);
    rlimit limit{};
    if (::getrlimit(RLIMIT_NOFILE, &limit) == 0)
        gauge("process_max_fds", "Maximum number of open file descriptors.", static_cast<double>(limit.rlim_cur));
    return found;
}

}  // namespace tidings::observe
