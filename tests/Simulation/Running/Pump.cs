namespace EServices.Simulation.Running;

/// <summary>
/// The one thread of a run. Everything that waits, waits for a step that is put here; the run takes the steps one by one in the order of its <see cref="Choices"/>,
/// and time passes only when nothing else can happen. Continuations run at once on this thread, so nothing is left to a scheduler.
/// </summary>
internal sealed class Pump : SynchronizationContext
{
    /// <summary>More steps than any honest run takes: something goes round in circles.</summary>
    private const int MostSteps = 400_000;

    private static readonly TimeSpan StepTakes = TimeSpan.FromMilliseconds(1);

    private readonly Choices choices;
    private readonly SimulatedClock clock;
    private readonly List<Step> ready = [];
    private readonly PriorityQueue<Step, (long At, long Number)> timed = new();
    private readonly Queue<(SendOrPostCallback Call, object? State)> posted = new();
    private readonly int thread = Environment.CurrentManagedThreadId;
    private long number;
    private int taken;

    public Pump(Choices choices, SimulatedClock clock)
    {
        (this.choices, this.clock) = (choices, clock);
        clock.Timers = At;
    }

    /// <summary>After a step of this owner.</summary>
    public event Action<object>? Stepped;

    /// <summary>After the clock jumped because nothing else could happen.</summary>
    public event Action? TimePassed;

    public int Taken => taken;

    public override void Post(SendOrPostCallback d, object? state)
    {
        // The framework's own work in the background, such as compiling its routes, is none of the run's. What is would be found out by the step it takes: see Mine.
        if (Environment.CurrentManagedThreadId != thread)
        {
            ThreadPool.QueueUserWorkItem(static call => call.d(call.state), (d, state), preferLocal: false);
            return;
        }
        posted.Enqueue((d, state));
    }

    public override void Send(SendOrPostCallback d, object? state) => d(state);

    public override SynchronizationContext CreateCopy() => this;

    /// <param name="owner">Whose step it is; one whose owner is gone when its turn comes does not happen.</param>
    public void Ready(IMortal? owner, Action run) => ready.Add(new Step(owner, Mine(run)));

    public void At(DateTimeOffset at, IMortal? owner, Action run) => timed.Enqueue(new Step(owner, Mine(run)), (at.UtcTicks, number++));

    public Task Delay(TimeSpan time)
    {
        var passed = new TaskCompletionSource();
        At(clock.GetUtcNow() + time, null, passed.SetResult);
        return passed.Task;
    }

    /// <summary>Takes steps until <paramref name="done"/> or until nothing is left that could happen.</summary>
    public void Run(Func<bool> done)
    {
        var before = Current;
        SetSynchronizationContext(this);
        try
        {
            while (!done() && Next())
            {
            }
            Drain();
        }
        finally
        {
            SetSynchronizationContext(before);
        }
    }

    private bool Next()
    {
        Drain();
        if (ready.Count == 0)
        {
            if (!timed.TryDequeue(out var due, out var when))
                return false;
            if (due.Owner is { Dead: true })
                return true;
            var jumped = clock.MoveTo(new DateTimeOffset(when.At, TimeSpan.Zero));
            ready.Add(due);
            if (jumped)
                TimePassed?.Invoke();
        }
        var place = choices.Order(ready.Count);
        var step = ready[place];
        ready.RemoveAt(place);
        if (step.Owner is { Dead: true })
            return true;
        if (++taken > MostSteps)
            throw new InvalidOperationException($"The run took {MostSteps} steps and has no end.");
        clock.Pass(StepTakes);
        step.Run();
        Drain();
        if (step.Owner is { Dead: false } owner)
            Stepped?.Invoke(owner);
        return true;
    }

    private void Drain()
    {
        while (posted.TryDequeue(out var call))
            call.Call(call.State);
    }

    private Action Mine(Action run) => Environment.CurrentManagedThreadId == thread
        ? run
        : throw new InvalidOperationException("A step came from another thread: the run would not be repeatable.");

    private readonly record struct Step(IMortal? Owner, Action Run);
}

/// <summary>Something that can die, and with it all that it would still have done.</summary>
internal interface IMortal
{
    bool Dead { get; }
}

/// <summary>The time of a run: it passes a little with every step, and jumps when nothing else can happen.</summary>
internal sealed class SimulatedClock : TimeProvider
{
    /// <summary>A Monday, 10 o'clock in India; the year's holidays are known.</summary>
    public static readonly DateTimeOffset Start = new(2026, 3, 2, 4, 30, 0, TimeSpan.Zero);

    private DateTimeOffset now = Start;

    /// <summary>Where timers are put, so that they go off as steps of the run.</summary>
    public Action<DateTimeOffset, IMortal?, Action>? Timers { get; set; }

    public override DateTimeOffset GetUtcNow() => now;

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        var timer = new Timer(this, () => callback(state));
        timer.Change(dueTime, period);
        return timer;
    }

    public void Pass(TimeSpan time) => now += time;

    /// <summary>False when it is that late already.</summary>
    public bool MoveTo(DateTimeOffset at)
    {
        if (at <= now)
            return false;
        now = at;
        return true;
    }

    /// <summary>Goes off once; nothing that runs here asks for more.</summary>
    private sealed class Timer(SimulatedClock clock, Action run) : ITimer
    {
        private Shot? shot;

        public bool Change(TimeSpan dueTime, TimeSpan period)
        {
            if (period != Timeout.InfiniteTimeSpan && period != TimeSpan.Zero)
                throw new NotSupportedException("A timer of a run goes off once.");
            Dispose();
            if (dueTime == Timeout.InfiniteTimeSpan)
                return true;
            shot = new Shot();
            (clock.Timers ?? throw new InvalidOperationException("No run goes on."))(clock.now + dueTime, shot, run);
            return true;
        }

        public void Dispose()
        {
            if (shot is not null)
                shot.Dead = true;
        }

        public ValueTask DisposeAsync()
        {
            Dispose();
            return default;
        }
    }

    private sealed class Shot : IMortal
    {
        public bool Dead { get; set; }
    }
}
