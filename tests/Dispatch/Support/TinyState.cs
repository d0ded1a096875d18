using EServices.Contracts;
using EServices.Platform.Packs;

namespace EServices.Dispatch.Tests.Support;

/// <summary>
/// A state small enough to know by heart. District 1 (Northvale) has the tehsils 11 Rivertown and 12 Hillside, district 2 (Southvale) has 21 Plains.
/// Ali lives in Rivertown and speaks Urdu, Bina in Hillside and does not; Chand can only take fingerprints, Dev serves Southvale alone.
/// Nobody works on Sundays; Wednesday 4 March 2026 is a holiday, Friday the 6th is one in the division south.
/// </summary>
internal static class TinyState
{
    public static readonly TimeZoneInfo Zone = TimeZoneInfo.CreateCustomTimeZone("tiny", new TimeSpan(5, 30, 0), "tiny", "tiny");

    public static Operator Person(
        string id, string name, string tehsil, string district, double latitude, double longitude, string[] skills, string[] languages, int most = 4) => new()
        {
            Id = id,
            Name = name,
            StaffEmail = $"{id}@csc.example",
            Centre = $"Centre {name}",
            HomeTehsil = tehsil,
            Latitude = latitude,
            Longitude = longitude,
            Skills = skills,
            Languages = languages,
            Shift = new Shift(new TimeOnly(9, 0), new TimeOnly(18, 0), [DayOfWeek.Monday, DayOfWeek.Tuesday, DayOfWeek.Wednesday, DayOfWeek.Thursday, DayOfWeek.Friday, DayOfWeek.Saturday]),
            MaxVisitsPerDay = most,
            Districts = [district],
        };

    public static Operator Ali(int most = 4) => Person("ali", "Ali", "11", "1", 34.00, 74.80, ["certificates"], ["ur", "en"], most);

    public static Operator Bina(int most = 4) => Person("bina", "Bina", "12", "1", 34.20, 74.80, ["certificates", "biometrics"], ["hi"], most);

    public static StatePack Pack(params Operator[] operators)
    {
        if (operators.Length == 0)
        {
            operators =
            [
                Ali(), Bina(),
                Person("chand", "Chand", "11", "1", 34.00, 74.80, ["biometrics"], ["ur"]),
                Person("dev", "Dev", "21", "2", 32.70, 74.80, ["certificates"], ["ur"]),
            ];
        }
        var districts = new PackList<District>(
            [new("1", Localised.English("Northvale"), "north", 34.0, 74.8), new("2", Localised.English("Southvale"), "south", 32.7, 74.8)], district => district.Code);
        var tehsils = new PackList<Tehsil>(
            [
                new("11", "1", "Rivertown", 34.00, 74.80, Exactness.Town),
                new("12", "1", "Hillside", 34.20, 74.80, Exactness.DistrictOffset),
                new("21", "2", "Plains", 32.70, 74.80, Exactness.Town),
            ],
            tehsil => tehsil.Code);
        return new StatePack
        {
            Folder = "",
            About = new PackAbout
            {
                Id = "tiny",
                Name = Localised.English("Tiny"),
                FormatVersion = PackAbout.Format,
                Version = "1",
                NumberPrefix = "TI",
                TimeZone = Zone,
                Languages = [new("en", "English", "ltr"), new("hi", "हिन्दी", "ltr"), new("ur", "اردو", "rtl")],
                Helpline = new("1447", Localised.English("Helpline")),
                Currency = "INR",
                Act = null!,
                WeeklyOffs = [new(DayOfWeek.Sunday, [])],
                Skills = new PackList<Named>([new("certificates", Localised.English("Certificates")), new("biometrics", Localised.English("Biometrics"))], skill => skill.Id),
                Mail = null!,
                Upi = null!,
                Attributions = [],
            },
            Geography = new Geography(
                new Dictionary<Level, Localised>(), new PackList<Named>([new("north", Localised.English("North")), new("south", Localised.English("South"))], division => division.Id),
                districts, tehsils, new PackList<Block>([], block => block.Code),
                [new("190001", "1", "Rivertown"), new("190", "1", "Northvale"), new("180001", "2", "Plains")]),
            Sources = null!,
            Departments = null!,
            Designations = null!,
            Documents = null!,
            Forms = null!,
            Fees = null!,
            Services = null!,
            Calendar = new HolidayCalendar(
                [
                    new(2026, "test",
                        [
                            new(new DateOnly(2026, 3, 4), Localised.English("Holi"), Basis.Assumed, false, []),
                            new(new DateOnly(2026, 3, 6), Localised.English("South day"), Basis.Assumed, false, ["south"]),
                        ]),
                ],
                [new(DayOfWeek.Sunday, [])]),
            Operators = new PackList<Operator>(operators, person => person.Id),
            Staff = null!,
            Messages = null!,
        };
    }
}
