#include "http/client/known_addresses.hpp"

#include <algorithm>
#include <utility>

namespace tidings::http::client {

using runtime::time_point;

known_addresses::known_addresses(const tcp::endpoint& literal)
    : list_(std::make_shared<const std::vector<tcp::endpoint>>(1, literal)), next_(time_point::max()), literal_(true) {}

known_addresses::worth known_addresses::at(time_point now) const {
    if (literal_) return worth::good;
    if (list_->empty() || !work_ || now - since_ > usable) return worth::none;
    return now - since_ > current ? worth::doubtful : worth::good;
}

void known_addresses::found(std::vector<tcp::endpoint> addresses, bool slow, time_point now) {
    looking_ = false;
    work_ = true;
    history_ = slow ? lookup_history::slow : lookup_history::prompt;
    list_ = std::make_shared<const std::vector<tcp::endpoint>>(std::move(addresses));
    since_ = now;
    next_ = now + fresh;
}

void known_addresses::failed(bool slow, time_point now) {
    looking_ = false;
    history_ = slow ? lookup_history::slow : lookup_history::prompt;
    next_ = now + pause;
}

void known_addresses::forget() {
    if (literal_) return;
    work_ = false;
    next_ = time_point::min();
}

bool known_addresses::differ_from(const std::vector<tcp::endpoint>& found) const {
    return !list_->empty() && !std::is_permutation(list_->begin(), list_->end(), found.begin(), found.end());
}

bool is_gone(const known_addresses::tcp::endpoint& where, const known_addresses::list& known) {
    return std::find(known->begin(), known->end(), where) == known->end();
}

}  // namespace tidings::http::client
