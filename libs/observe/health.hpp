// Health checks for Kubernetes probes: /livez covers the process alone, /readyz its dependencies as well.
#pragma once

#include <functional>
#include <string>
#include <vector>

namespace tidings::observe {

// What one check found; `reason` is for people, empty when ok. It must be quick: it reads state, it does no I/O.
struct check_result {
    bool ok = true;
    std::string reason;
};

class health {
  public:
    // A readiness check. `name` such as "postgresql", "migrations".
    void add(std::string name, std::function<check_result()> check);
    // A line of ?verbose that never makes the service unready ("nats: away since 12 s").
    void add_note(std::string name, std::function<check_result()> check);

    // From now on not ready ("stopping"), so that load balancers turn away before the port closes.
    void stopping() { stopping_ = true; }

    bool ready() const;
    // As kube-apiserver prints it: "[+]postgresql ok", "[-]migrations failed: ...", then "readyz check passed|failed".
    std::string verbose() const;

  private:
    struct entry {
        std::string name;
        std::function<check_result()> check;
        bool required;
    };
    std::vector<entry> entries_;
    bool stopping_ = false;
};

}  // namespace tidings::observe
