//! Greets whom its input names.
const std = @import("std");
const icn = @import("icn.zig");

/// The entry point. The result is the run's own; below zero it says which call failed.
export fn run() i64 {
    greet() catch |failure| return switch (failure) {
        error.OutOfMemory => -@intFromEnum(icn.Class.resource_limit_exceeded),
        error.Refused => -@intFromEnum(icn.Class.processing_failure),
    };
    return 0;
}

fn greet() !void {
    const input = try readInput(std.heap.wasm_allocator);
    try write("hello, ");
    try write(std.mem.trim(u8, input, " \n"));
    try write("\n");
}

fn readInput(allocator: std.mem.Allocator) ![]u8 {
    // Without a buffer the host tells the length and keeps the answer.
    var nothing: [0]u8 = .{};
    const input = try allocator.alloc(u8, try answered(icn.host_read_input(&nothing, 0)));
    _ = try answered(icn.host_read_result(0, input.ptr, input.len));
    return input;
}

fn write(bytes: []const u8) !void {
    _ = try answered(icn.host_write_output(bytes.ptr, bytes.len));
}

fn answered(result: i64) error{Refused}!usize {
    return if (result < 0) error.Refused else @intCast(result);
}
