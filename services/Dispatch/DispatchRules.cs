namespace EServices.Dispatch;

/// <summary>What a state may set about its doorstep service: the section <c>Dispatch</c> of the configuration.</summary>
internal sealed record DispatchRules
{
    /// <summary>How long a promised window is; it divides the day, so that all operators share the same windows.</summary>
    public int WindowMinutes { get; init; } = 90;

    /// <summary>A window is offered today only if it begins at least this much later.</summary>
    public int LeadMinutes { get; init; } = 120;

    /// <summary>Days ahead, today included, for which windows are offered.</summary>
    public int HorizonDays { get; init; } = 7;

    /// <summary>How long a visit takes at the door where the service does not say it.</summary>
    public int VisitMinutes { get; init; } = 30;

    /// <summary>How long after the shift an operator may be home; the last visit itself ends within the shift.</summary>
    public int HomeLateMinutes { get; init; } = 90;

    /// <summary>Operators, the nearest first, whose days are looked at for one question.</summary>
    public int BenchSize { get; init; } = 25;

    /// <summary>How early before its window an operator may arrive.</summary>
    public int ArriveEarlyMinutes { get; init; } = 60;

    /// <summary>How late after its window an operator may arrive; a visit nobody arrived at by then is missed.</summary>
    public int ArriveLateMinutes { get; init; } = 120;

    /// <summary>How long an operator waits at the door before it may be called a no-show.</summary>
    public int NoShowAfterMinutes { get; init; } = 10;

    /// <summary>How late an operator may seem to become before a visit passes to somebody else: who drives may have forgotten to say so.</summary>
    public int LateToleranceMinutes { get; init; } = 15;

    /// <summary>Visits that begin sooner than this keep their operator, unless a promise would be broken.</summary>
    public int SettledHours { get; init; } = 18;

    /// <summary>Minutes on the road that another operator must save before a citizen is told of a change.</summary>
    public int ChangeWorthMinutes { get; init; } = 25;

    /// <summary>Visits that are looked at for shorter ways in one tick: what bounds the work.</summary>
    public int ImprovedAtOnce { get; init; } = 20;

    /// <summary>Operators, the nearest first, whose days are planned anew together.</summary>
    public int ReplanOperators { get; init; } = 60;

    /// <summary>Territories' days that are planned anew for shorter ways in one tick.</summary>
    public int ReplansAtOnce { get; init; } = 2;

    /// <summary>Steps of the search for each visit of such a plan, and in all: they bound the work, so that the same days give the same plan on every machine.</summary>
    public int ReplanSteps { get; init; } = 150;

    public int ReplanStepsMost { get; init; } = 40_000;

    /// <summary>When such a plan is broken off on a machine that is too slow for its steps; what was found by then counts.</summary>
    public int ReplanMilliseconds { get; init; } = 3000;

    public int CallCodeMinutes { get; init; } = 10;

    public int VisitCodeMinutes { get; init; } = 15;

    public int CodeResendSeconds { get; init; } = 30;

    /// <summary>Codes sent for one call or one arrival, the first included.</summary>
    public int CodesMost { get; init; } = 6;

    /// <summary>Amounts other than the told one that may be named at a door before the helpline has to look at it.</summary>
    public int TotalMismatchesMost { get; init; } = 3;

    /// <summary>Times that a citizen moves a visit without the helpline.</summary>
    public int CitizenReschedulesMost { get; init; } = 3;

    /// <summary>Call-backs waiting from which callers are told that it is a flood.</summary>
    public int FloodAt { get; init; } = 50;

    /// <summary>People at the helpline and minutes of a call: what the wait is estimated by until calls were answered in the last hour.</summary>
    public int Desks { get; init; } = 10;

    public int CallMinutes { get; init; } = 6;

    /// <summary>Call-backs tried in vain before one is closed.</summary>
    public int CallBackTries { get; init; } = 3;

    public TimeSpan Window => TimeSpan.FromMinutes(WindowMinutes);

    /// <exception cref="InvalidOperationException">A value makes no sense; the message names it.</exception>
    public static DispatchRules From(IConfiguration configuration)
    {
        var rules = configuration.GetSection("Dispatch").Get<DispatchRules>() ?? new DispatchRules();
        Must(rules.WindowMinutes is >= 15 and <= 480 && 1440 % rules.WindowMinutes == 0, nameof(WindowMinutes), "from 15 to 480 and a divisor of 1440");
        Must(rules.HorizonDays is >= 1 and <= 31, nameof(HorizonDays), "from 1 to 31");
        Must(rules.VisitMinutes is >= 1 and <= 480, nameof(VisitMinutes), "from 1 to 480");
        Must(rules.BenchSize is >= 1 and <= 200, nameof(BenchSize), "from 1 to 200");
        Must(rules is { LeadMinutes: >= 0, HomeLateMinutes: >= 0, ArriveEarlyMinutes: >= 0, ArriveLateMinutes: >= 0, NoShowAfterMinutes: >= 0, CodeResendSeconds: >= 0 }, "…Minutes", "not negative");
        Must(rules is { LateToleranceMinutes: >= 0, SettledHours: >= 0, ChangeWorthMinutes: >= 1 }, "LateToleranceMinutes, SettledHours, ChangeWorthMinutes", "at least 0, 0 and 1");
        Must(rules.ImprovedAtOnce is >= 1 and <= 1000, nameof(ImprovedAtOnce), "from 1 to 1000");
        Must(rules is { ReplanOperators: >= 2 and <= 500, ReplansAtOnce: >= 0 and <= 100 }, "ReplanOperators, ReplansAtOnce", "from 2 to 500 and from 0 to 100");
        Must(rules is { ReplanSteps: >= 1, ReplanStepsMost: >= 1, ReplanMilliseconds: >= 1 }, "ReplanSteps, ReplanStepsMost, ReplanMilliseconds", "at least 1");
        Must(rules is { CallCodeMinutes: >= 1, VisitCodeMinutes: >= 1, CodesMost: >= 1, TotalMismatchesMost: >= 1, FloodAt: >= 1, Desks: >= 1, CallMinutes: >= 1, CallBackTries: >= 1 },
            "CallCodeMinutes, VisitCodeMinutes, CodesMost, TotalMismatchesMost, FloodAt, Desks, CallMinutes, CallBackTries", "at least 1");
        return rules;

        static void Must(bool holds, string key, string range)
        {
            if (!holds)
                throw new InvalidOperationException($"Configuration 'Dispatch:{key}' must be {range}.");
        }
    }
}
