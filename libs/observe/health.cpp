#include "observe/health.hpp"

#include <exception>

namespace tidings::observe {

namespace {

// A check that fails to answer is a check that failed: /readyz must always have an answer.
check_result run(const std::function<check_result()>& check) {
    try {
        return check();
    } catch (const std::exception& e) {
        return {false, e.what()};
    }
}

std::string describe(const std::string& name, const check_result& found, bool required) {
    if (found.ok) return "[+]" + name + (found.reason.empty() ? " ok" : ": " + found.reason) + "\n";
    return (required ? "[-]" + name + " failed: " : "[!]" + name + ": ") + found.reason + "\n";
}

}  // namespace

void health::add(std::string name, std::function<check_result()> check) {
    entries_.push_back({std::move(name), std::move(check), true});
}

void health::add_note(std::string name, std::function<check_result()> check) {
    entries_.push_back({std::move(name), std::move(check), false});
}

bool health::ready() const {
    if (stopping_) return false;
    for (const entry& e : entries_)
        if (e.required && !run(e.check).ok) return false;
    return true;
}

std::string health::verbose() const {
    std::string out;
    bool passed = !stopping_;
    for (const entry& e : entries_) {
        const check_result found = run(e.check);
        out += describe(e.name, found, e.required);
        passed = passed && (found.ok || !e.required);
    }
    if (stopping_) out += "[-]shutdown failed: stopping\n";
    return out + (passed ? "readyz check passed\n" : "readyz check failed\n");
}

}  // namespace tidings::observe
