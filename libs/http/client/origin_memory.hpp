// Room for one pending operation inside its connection: an exchange on an open connection allocates nothing.
#pragma once

#include <cstddef>
#include <new>

namespace tidings::http {

class operation_slot {
  public:
    operation_slot() = default;
    operation_slot(const operation_slot&) = delete;
    operation_slot& operator=(const operation_slot&) = delete;

    // Falls back to the heap when the slot is taken or too small.
    void* take(std::size_t bytes) {
        if (taken_ || bytes > sizeof(room_)) return ::operator new(bytes);
        taken_ = true;
        return room_;
    }
    void give_back(void* memory) {
        if (memory == room_)
            taken_ = false;
        else
            ::operator delete(memory);
    }

  private:
    alignas(std::max_align_t) std::byte room_[384];
    bool taken_ = false;
};

// An Allocator over a slot, for asio::bind_allocator. The slot must live as long as the operation.
template <class T>
class slot_allocator {
  public:
    using value_type = T;
    explicit slot_allocator(operation_slot& slot) : slot_(&slot) {}
    template <class U>
    slot_allocator(const slot_allocator<U>& other) : slot_(other.slot_) {}

    T* allocate(std::size_t n) { return static_cast<T*>(slot_->take(n * sizeof(T))); }
    void deallocate(T* memory, std::size_t) { slot_->give_back(memory); }
    bool operator==(const slot_allocator&) const = default;

  private:
    template <class>
    friend class slot_allocator;
    operation_slot* slot_;
};

}  // namespace tidings::http
