// What of the metrics goes to a Pushgateway: the job's own; those of a process that has ended mean nothing there.
#pragma once

#include <string>
#include <string_view>

namespace tidings::todo_cron {

// The todo_cron_* families of a Prometheus text.
std::string pushed_metrics(std::string_view text);

}  // namespace tidings::todo_cron
