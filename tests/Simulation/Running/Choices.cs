namespace EServices.Simulation.Running;

/// <summary>What is decided in a run by its seed. 0 is always the undisturbed course of things.</summary>
internal enum Choice
{
    /// <summary>Which of the things that could happen now happens next.</summary>
    Order,

    /// <summary>What befalls a step of input or output; see <see cref="Fault"/>.</summary>
    Step,

    /// <summary>Which way a message takes through the broker; see <see cref="Way"/>.</summary>
    Way,

    /// <summary>What a person does who has several possibilities.</summary>
    Will,
}

/// <summary>What can befall one step of input or output.</summary>
internal enum Fault
{
    None,

    /// <summary>The process dies just before it.</summary>
    CrashBefore,

    /// <summary>It takes effect, and the process dies before it learns so.</summary>
    CrashAfter,

    /// <summary>It is refused without effect: a busy store, a broker that does not take it, a connection that is refused.</summary>
    Refused,

    /// <summary>It takes effect, and the answer is lost: a save that may be kept, a publish without confirm, an acknowledgement or a response on a dead connection.</summary>
    AnswerLost,

    /// <summary>A save only: the store reports a conflict.</summary>
    Conflict,
}

/// <summary>How a message gets to its queue.</summary>
internal enum Way
{
    Straight,
    Twice,
    MinutesLate,
    AgainHoursLater,
    DaysLate,
    AgainDaysLater,
}

/// <summary>One decision that was not the undisturbed one: the <paramref name="Number"/>th of its kind took <paramref name="Value"/>.</summary>
internal readonly record struct Decision(Choice Kind, int Number, int Value);

/// <summary>How wild a run is.</summary>
/// <param name="Order">Of a thousand steps, how many are drawn from all that could happen now; the others go in the order in which they became possible.</param>
/// <param name="Faults">Of ten thousand steps, how many are disturbed.</param>
/// <param name="Ways">Of a thousand messages, how many do not go straight.</param>
internal sealed record Weather(int Order, int Faults, int Ways)
{
    public static readonly Weather Calm = new(0, 0, 0);

    private static readonly int[] Orders = [0, 100, 500, 1000];
    private static readonly int[] FaultRates = [0, 20, 60, 150, 400];
    private static readonly int[] WayRates = [50, 150, 400];

    public static Weather Drawn(Random random) => new(Orders[random.Next(Orders.Length)], FaultRates[random.Next(FaultRates.Length)], WayRates[random.Next(WayRates.Length)]);
}

/// <summary>
/// Makes every decision of a run, from one seed or from a script, and remembers those that were not the undisturbed one. Those alone are the run:
/// played again as a script they give the same history, and a shorter one when some are left out.
/// </summary>
internal sealed class Choices
{
    /// <summary>Drawn faults of one run: more would only keep the services from ever getting up.</summary>
    private const int MostFaults = 25;

    private static readonly int Kinds = Enum.GetValues<Choice>().Length;

    private readonly Random? random;
    private readonly Weather weather;
    private readonly Dictionary<(Choice, int), int> given;
    private readonly int[] numbers = new int[Kinds];
    private readonly List<Decision> taken = [];
    private int faults;

    private Choices(Random? random, Weather weather, IEnumerable<Decision> given)
    {
        (this.random, this.weather) = (random, weather);
        this.given = given.ToDictionary(decision => (decision.Kind, decision.Number), decision => decision.Value);
    }

    /// <summary>Drawn from the seed; the forced ones stand whatever is drawn.</summary>
    public static Choices Of(int seed, Weather? weather = null, params IEnumerable<Decision> forced)
    {
        var random = new Random(seed);
        return new Choices(random, weather ?? Weather.Drawn(random), forced);
    }

    /// <summary>Only what is told departs from the undisturbed course.</summary>
    public static Choices Script(IEnumerable<Decision> decisions) => new(null, Weather.Calm, decisions);

    public IReadOnlyList<Decision> Taken => taken;

    public int StepsSoFar => numbers[(int)Choice.Step];

    /// <summary>No more disturbances: what is left takes its undisturbed course, as after a storm.</summary>
    public bool Settled { get; set; }

    public int Order(int count) => count == 1 ? 0 : Decide(Choice.Order, count, static (random, weather, count) => random.Next(1000) < weather.Order ? random.Next(count) : 0);

    /// <param name="possible">What can befall this step, <see cref="Fault.None"/> not among it.</param>
    public Fault Step(ReadOnlySpan<Fault> possible)
    {
        var drawn = (Fault)Decide(Choice.Step, 6, static (random, weather, _) => random.Next(10_000) < weather.Faults ? random.Next(1, 6) : 0);
        if (drawn == Fault.None || !possible.Contains(drawn) || faults >= MostFaults)
            return Fault.None;
        faults++;
        return drawn;
    }

    public Way Way() => (Way)Decide(Choice.Way, 6, static (random, weather, _) => random.Next(1000) < weather.Ways ? random.Next(1, 6) : 0);

    /// <summary>What a person does: each of <paramref name="count"/> possibilities is as likely.</summary>
    public int Will(int count) => Decide(Choice.Will, count, static (random, _, count) => random.Next(count));

    private int Decide(Choice kind, int count, Func<Random, Weather, int, int> draw)
    {
        if (Settled)
            return 0;
        var number = numbers[(int)kind]++;
        // Drawn even where it is forced, so that what follows is drawn alike.
        var drawn = random is null ? 0 : draw(random, weather, count);
        var value = given.TryGetValue((kind, number), out var forced) ? forced : drawn;
        if (value >= count)
            value = 0;
        if (value != 0)
            taken.Add(new Decision(kind, number, value));
        return value;
    }
}
