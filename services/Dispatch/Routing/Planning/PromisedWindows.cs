namespace EServices.Dispatch.Routing.Planning;

/// <summary>The different promised windows of a pool that wants them apart, numbered, and which of them share time.</summary>
internal sealed class PromisedWindows
{
    private readonly Dictionary<TimeWindow, int> _numbers = [];
    private readonly List<TimeWindow> _windows = [];
    private readonly List<List<int>> _sharing = [];

    public int Count => _windows.Count;

    public static bool ShareTime(TimeWindow one, TimeWindow other) => one == other || (one.From < other.Until && other.From < one.Until);

    public int NumberOf(TimeWindow window)
    {
        if (_numbers.TryGetValue(window, out var number))
            return number;
        number = _numbers[window] = Count;
        _windows.Add(window);
        _sharing.Add([]);
        for (var other = 0; other <= number; other++)
        {
            if (!ShareTime(window, _windows[other]))
                continue;
            _sharing[number].Add(other);
            if (other != number)
                _sharing[other].Add(number);
        }
        return number;
    }

    /// <summary>The windows that share time with one, itself included.</summary>
    public IReadOnlyList<int> Sharing(int number) => _sharing[number];
}
