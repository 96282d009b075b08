#include "config/yaml_tree.hpp"

#include <yaml-cpp/eventhandler.h>
#include <yaml-cpp/exceptions.h>
#include <yaml-cpp/parser.h>

#include <sstream>

#include "config/reader.hpp"

namespace tidings::config {

namespace {

constexpr std::size_t deepest = 16;
constexpr std::size_t most_values = 500'000;

// Builds from yaml-cpp's events instead of its nodes: a hostile text is refused before it becomes large.
class tree_builder final : public YAML::EventHandler {
  public:
    explicit tree_builder(const std::string& source) : source_(source) {}

    void OnDocumentStart(const YAML::Mark&) override {}
    void OnDocumentEnd() override {}
    void OnNull(const YAML::Mark& mark, YAML::anchor_t) override { add(leaf(yaml_node::kind::null, mark)); }
    void OnAlias(const YAML::Mark& mark, YAML::anchor_t) override {
        fail(mark, "aliases (*name) are not supported; write the value again");
    }
    void OnScalar(const YAML::Mark& mark, const std::string&, YAML::anchor_t, const std::string& value) override {
        yaml_node n = leaf(yaml_node::kind::scalar, mark);
        n.text = value;
        add(std::move(n));
    }
    void OnSequenceStart(const YAML::Mark& mark, const std::string&, YAML::anchor_t,
                         YAML::EmitterStyle::value) override {
        open(yaml_node::kind::list, mark);
    }
    void OnSequenceEnd() override { close(); }
    void OnMapStart(const YAML::Mark& mark, const std::string&, YAML::anchor_t, YAML::EmitterStyle::value) override {
        open(yaml_node::kind::map, mark);
    }
    void OnMapEnd() override { close(); }

    yaml_node root;

  private:
    struct level {
        yaml_node node;
        bool has_key = false;
        std::string key;
        int key_line = 0;
    };

    [[noreturn]] void fail(const YAML::Mark& mark, const std::string& what) const {
        throw error(source_ + " line " + std::to_string(mark.line + 1) + ": " + what);
    }

    yaml_node leaf(yaml_node::kind is, const YAML::Mark& mark) {
        if (++values_ > most_values) fail(mark, "more than 500000 values");
        const bool is_key =
            !levels_.empty() && levels_.back().node.is == yaml_node::kind::map && !levels_.back().has_key;
        if (is_key && is != yaml_node::kind::scalar) fail(mark, "a key must be a plain name");
        yaml_node n;
        n.is = is;
        n.line = mark.line + 1;
        return n;
    }

    void open(yaml_node::kind is, const YAML::Mark& mark) {
        if (levels_.size() == deepest) fail(mark, "nested deeper than 16");
        levels_.push_back({leaf(is, mark), false, {}, 0});
    }

    void close() {
        yaml_node done = std::move(levels_.back().node);
        levels_.pop_back();
        add(std::move(done));
    }

    void add(yaml_node n) {
        if (levels_.empty()) {
            root = std::move(n);
            return;
        }
        level& parent = levels_.back();
        if (parent.node.is == yaml_node::kind::map && !parent.has_key) return remember_key(parent, std::move(n));
        if (parent.has_key) {
            n.key = std::move(parent.key);
            n.line = parent.key_line;
            parent.has_key = false;
        }
        parent.node.children.push_back(std::move(n));
    }

    void remember_key(level& parent, yaml_node n) const {
        for (const yaml_node& before : parent.node.children) {
            if (before.key != n.text) continue;
            throw error(source_ + ": the key '" + n.text + "' is in line " + std::to_string(before.line) +
                        " and again in line " + std::to_string(n.line) + "; keep one");
        }
        parent.has_key = true;
        parent.key = std::move(n.text);
        parent.key_line = n.line;
    }

    const std::string& source_;
    std::vector<level> levels_;
    std::size_t values_ = 0;
};

}  // namespace

const yaml_node* yaml_node::find(std::string_view name) const {
    for (const yaml_node& child : children)
        if (child.key == name) return child.is == kind::null ? nullptr : &child;
    return nullptr;
}

yaml_node parse_yaml(std::string_view text, const std::string& source) {
    tree_builder tree(source);
    try {
        std::istringstream in{std::string(text)};
        YAML::Parser parser(in);
        parser.HandleNextDocument(tree);
        tree_builder another(source);
        if (parser.HandleNextDocument(another))
            throw error(source + ": holds more than one YAML document; keep the first");
    } catch (const YAML::Exception& e) {
        throw error(source + " line " + std::to_string(e.mark.line + 1) + ": not valid YAML: " + e.msg);
    }
    if (tree.root.is == yaml_node::kind::null) tree.root.is = yaml_node::kind::map;
    if (tree.root.is != yaml_node::kind::map)
        throw error(source + ": must hold settings as 'key: value' lines, not a list or a single value");
    return std::move(tree.root);
}

}  // namespace tidings::config
