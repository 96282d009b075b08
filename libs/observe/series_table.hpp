// Time series of several names that share one label: a row for each value of the label, with a number for each name.
// For what there is ten thousand of: a row costs about as much as its numbers.
#pragma once

#include <array>
#include <atomic>
#include <map>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

namespace tidings::observe {

class series_table {
  public:
    enum class kind { counter, gauge };
    struct column {
        std::string name, help;
        series_table::kind kind;
    };
    static constexpr std::size_t most_columns = 9;

    // Thread-safe; valid as long as the table.
    class row {
      public:
        void set(std::size_t column, double value) { numbers_[column].store(value, std::memory_order_relaxed); }
        void add(std::size_t column, double n = 1) {
            set(column, numbers_[column].load(std::memory_order_relaxed) + n);  // one thread writes
        }
        double at(std::size_t column) const { return numbers_[column].load(std::memory_order_relaxed); }

      private:
        std::array<std::atomic<double>, most_columns> numbers_{};
    };

    // Throws std::invalid_argument for a name that Prometheus does not take, and for too many columns.
    series_table(std::string label, std::vector<column> columns);

    // Each value has one row; all its numbers begin with 0.
    row& of(const std::string& value);
    // Its series end; whoever has the row must not use it any more.
    void remove(const std::string& value);

    std::string_view first_name() const { return columns_.front().name; }
    // In the text exposition format.
    void append_to(std::string& out) const;

  private:
    std::string label_;
    std::vector<column> columns_;
    mutable std::mutex mutex_;  // of rows_, which a scrape reads on its own thread
    std::map<std::string, row> rows_;
};

}  // namespace tidings::observe
