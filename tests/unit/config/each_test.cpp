#include "problems_of.hpp"
#include "support/catch.hpp"

using namespace tidings;

namespace {

struct endpoint {
    std::string name, url;
};

std::vector<endpoint> endpoints_of(config::reader& in) {
    std::vector<endpoint> out;
    in.each("endpoints", "the receivers", [&](config::reader& item) {
        endpoint e;
        item.text({"name", "", "its name"}, e.name);
        item.text({"url", "", "where to"}, e.url);
        if (!e.url.starts_with("http")) item.problem("url", "must start with http:// or https://");
        out.push_back(e);
    });
    return out;
}

}  // namespace

TEST_CASE("each map of a list is read separately") {
    auto in = config::reader::parse("endpoints:\n  - name: a\n    url: http://a\n  - {name: b, url: http://b}\n", {});
    const auto found = endpoints_of(in);
    CHECK(problems_of(in).empty());
    REQUIRE(found.size() == 2);
    CHECK(found[0].name == "a");
    CHECK(found[1].url == "http://b");
}

TEST_CASE("problems of an item are reported with its index") {
    auto in = config::reader::parse("endpoints:\n  - {name: a, url: http://a}\n  - {nmae: b, url: ftp://b}\n", {});
    endpoints_of(in);
    CHECK(problems_of(in) ==
          "endpoints[1].url (config.yaml line 3): must start with http:// or https://\n"
          "unknown key 'endpoints[1].nmae' in config.yaml line 3; did you mean 'name'?");
}

TEST_CASE("a list that is absent or empty has no items") {
    const auto yaml = GENERATE("", "endpoints:", "endpoints: []");
    auto in = config::reader::parse(yaml, {});
    CHECK(endpoints_of(in).empty());
    CHECK(problems_of(in).empty());
}

TEST_CASE("items other than maps are rejected") {
    const auto yaml = GENERATE("endpoints: a", "endpoints: {a: b}", "endpoints: [a]", "endpoints: [{name: a}, b]");
    auto in = config::reader::parse(yaml, {});
    CHECK(endpoints_of(in).empty());
    CHECK(problems_of(in) == "endpoints (config.yaml line 1): needs a list whose items are 'key: value' lines");
}

TEST_CASE("lists may nest") {
    auto in = config::reader::parse("a:\n- b:\n  - c: x\n  - c: y\n", {});
    std::string all;
    in.each("a", "", [&](config::reader& a) {
        a.each("b", "", [&](config::reader& b) {
            std::string c;
            b.text({"c", "", ""}, c);
            if (c == "y") b.problem("c", "no y");
            all += c;
        });
    });
    CHECK(all == "xy");
    CHECK(problems_of(in) == "a[0].b[1].c (config.yaml line 4): no y");
}
