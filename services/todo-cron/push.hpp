// The metrics of a process that ends before anybody scrapes it go to a Prometheus Pushgateway.
#pragma once

#include <chrono>
#include <string>

#include "observe/metrics.hpp"
#include "runtime/task.hpp"

namespace tidings::todo_cron {

// PUT (`replace`: everything the last run left) or POST (only the families that are sent: what else is known of the
// job, such as its last success, stays) to <url>/metrics/job/todo-cron. A failure is only logged.
runtime::task<> push_metrics(std::string url, const observe::metrics& metrics, bool replace,
                             std::chrono::milliseconds deadline);

}  // namespace tidings::todo_cron
