internal import Runtime

/// An answer under way. The service keeps it until it says how it ended.
@EventLoop
protocol RunningAnswer: AnyObject {
    /// The program ends: nothing more is to be sent.
    func stop()
}
