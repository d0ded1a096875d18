using EServices.Dispatch.Places;
using EServices.Platform.Storage;
using PackOperator = EServices.Platform.Packs.Operator;

namespace EServices.Dispatch.Operators;

/// <summary>Someone of a common service centre who comes to the door. The pack says who there is; dispatch keeps what it plans with.</summary>
internal sealed class Operator : Document
{
    public Operator(PackOperator told)
        : base(told.Id) => Follow(told);

    private Operator()
    {
    }

    public string Name { get; private set; } = "";

    /// <summary>The <c>email</c> of the operator's token; null for one who left, so that a successor can have it.</summary>
    public string? StaffEmail { get; private set; }

    public string Centre { get; private set; } = "";

    public string HomeTehsil { get; private set; } = "";

    public double Latitude { get; private set; }

    public double Longitude { get; private set; }

    public IReadOnlyList<string> Skills { get; private set; } = [];

    public IReadOnlyList<string> Languages { get; private set; } = [];

    /// <summary>LGD codes of the districts served.</summary>
    public IReadOnlyList<string> Districts { get; private set; } = [];

    /// <summary>Begin and end of the working day, in the state's time zone.</summary>
    public TimeOnly ShiftStart { get; private set; }

    public TimeOnly ShiftEnd { get; private set; }

    public IReadOnlyList<DayOfWeek> WorkingDays { get; private set; } = [];

    public int MaxVisitsPerDay { get; private set; }

    /// <summary>False for one whom the pack no longer has: keeps the visits held, gets no more.</summary>
    public bool Active { get; private set; }

    public Point Base => new(Latitude, Longitude);

    public bool Can(IReadOnlyList<string> skills) => skills.All(skill => Skills.Contains(skill, StringComparer.Ordinal));

    public bool Speaks(string language) => Languages.Contains(language, StringComparer.OrdinalIgnoreCase);

    /// <summary>Takes over what the pack says; false if it said nothing new.</summary>
    public bool Follow(PackOperator told)
    {
        if (Says(told))
            return false;
        (Name, StaffEmail, Centre, HomeTehsil) = (told.Name, told.StaffEmail.ToLowerInvariant(), told.Centre, told.HomeTehsil);
        (Latitude, Longitude) = (told.Latitude, told.Longitude);
        (Skills, Languages, Districts) = ([.. told.Skills], [.. told.Languages], [.. told.Districts]);
        (ShiftStart, ShiftEnd, WorkingDays) = (told.Shift.Start, told.Shift.End, [.. told.Shift.Days]);
        (MaxVisitsPerDay, Active) = (told.MaxVisitsPerDay, true);
        return true;
    }

    /// <summary>False if it was so already.</summary>
    public bool Retire()
    {
        var was = Active;
        (Active, StaffEmail) = (false, null);
        return was;
    }

    private bool Says(PackOperator told) =>
        Active && Name == told.Name && string.Equals(StaffEmail, told.StaffEmail, StringComparison.OrdinalIgnoreCase) && Centre == told.Centre && HomeTehsil == told.HomeTehsil
        && Latitude.Equals(told.Latitude) && Longitude.Equals(told.Longitude) && MaxVisitsPerDay == told.MaxVisitsPerDay
        && ShiftStart == told.Shift.Start && ShiftEnd == told.Shift.End && WorkingDays.SequenceEqual(told.Shift.Days)
        && Skills.SequenceEqual(told.Skills) && Languages.SequenceEqual(told.Languages) && Districts.SequenceEqual(told.Districts);
}
