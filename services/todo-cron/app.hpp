// todo-cron put together: metrics, one run, and how it ended.
#pragma once

#include "domain/verdict.hpp"
#include "observe/metrics.hpp"
#include "runtime/task.hpp"
#include "settings.hpp"

namespace tidings::todo_cron {

// For the CronJob: 0 is done, 1 may be retried, 2 must not be (podFailurePolicy).
int exit_code(verdict v);

class app {
  public:
    // Serves metrics from here on; a port that is taken is only logged, because the to-do matters more.
    explicit app(settings s);

    // One run, with its metrics counted and pushed.
    runtime::task<verdict> run();

  private:
    void count(verdict v, runtime::duration took);

    settings settings_;
    observe::metrics metrics_;
};

}  // namespace tidings::todo_cron
