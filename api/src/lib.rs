//! The words of the HTTP API: requests, replies, error codes and route names.
