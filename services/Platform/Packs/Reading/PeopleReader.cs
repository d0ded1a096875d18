namespace EServices.Platform.Packs.Reading;

internal static class PeopleReader
{
    public static IReadOnlyList<Operator> Operators(
        PackFolder pack, AboutRead about, Known addresses, Known skills, Known districts, Known tehsils, Geography? geography)
    {
        var known = new Known("operator");
        var operators = new List<Operator>();
        var rows = CsvFile.Rows(
            pack, "operators.csv", "id", "name", "email", "centre", "home_tehsil", "latitude", "longitude", "skills", "languages", "shift_start", "shift_end", "days", "max_visits_per_day", "districts");
        foreach (var row in rows ?? [])
        {
            var id = row.Text("id");
            if (id.Length > 0 && !PackFolder.Id().IsMatch(id)) row.Wrong("id", $"\"{id}\" is not an id: small letters, digits and single hyphens.");
            if (id.Length > 0 && known.Add(id, row.Place) is { } first) row.Wrong("id", $"The operator \"{id}\" is there twice; first at {first}.");
            var person = new Operator
            {
                Id = id,
                Name = row.Text("name"),
                StaffEmail = Email(row, addresses, about.About.Mail.Contractor, "contractor"),
                Centre = row.Text("centre"),
                HomeTehsil = row.Reference("home_tehsil", tehsils),
                Latitude = row.Coordinate("latitude", about.Bounds.South, about.Bounds.North),
                Longitude = row.Coordinate("longitude", about.Bounds.West, about.Bounds.East),
                Skills = row.References("skills", skills),
                Languages = row.List("languages"),
                Shift = new(row.Time("shift_start"), row.Time("shift_end"), Days(row)),
                MaxVisitsPerDay = row.Number("max_visits_per_day", 1, 48),
                Districts = row.References("districts", districts),
            };
            if (person.Shift.End <= person.Shift.Start) row.Wrong("shift_end", "The shift ends before it begins.");
            if (person.Languages.Count == 0 || !person.Languages.All(tag => PackFolder.LanguageTag().IsMatch(tag)))
                row.Wrong("languages", "An operator speaks at least one language, told by a tag such as hi or ks.");
            if (geography?.Tehsils.Find(person.HomeTehsil) is { } home && !person.Districts.Contains(home.DistrictCode))
                row.Wrong("home_tehsil", $"{home.Name} is in the district {home.DistrictCode}, which the operator does not serve.");
            operators.Add(person);
        }

        return operators;
    }

    public static IReadOnlyList<StaffAccount> Staff(
        PackFolder pack, AboutRead about, Known addresses, Known designations, IReadOnlyList<Designation> designationList, Geography? geography)
    {
        var staff = new List<StaffAccount>();
        foreach (var row in CsvFile.Rows(pack, "staff.csv", "email", "name", "roles", "designation", "territory") ?? [])
        {
            var roles = row.List("roles");
            if (roles.Count == 0) row.Wrong("roles", "An account has at least one role.");
            foreach (var role in roles)
                if (!StaffRoles.All.Contains(role)) row.Wrong("roles", $"\"{role}\" is no role; there are {string.Join(", ", StaffRoles.All)}.");
            var designation = row.Optional("designation");
            if (designation.Length > 0 && !designations.Has(designation)) row.Wrong("designation", designations.Unknown(designation));
            if (designation.Length == 0 && roles.Any(role => role is "officer" or "appellate")) row.Wrong("designation", "Who decides holds a designation.");
            if (!Territory.TryParse(row.Text("territory"), out var territory))
            {
                if (row.Optional("territory").Length > 0) row.Wrong("territory", $"\"{row.Optional("territory")}\" is not a territory; write state, division:<id>, or district:, tehsil: or block: with an LGD code.");
            }
            else if (geography is not null && !geography.Knows(territory))
            {
                row.Wrong("territory", $"There is no {territory}.");
            }
            else if (designationList.FirstOrDefault(held => held.Id == designation) is { } held && held.Level != territory.Level)
            {
                row.Wrong("territory", $"The designation \"{designation}\" answers for a {held.Level}, and {territory} is none.");
            }

            staff.Add(new(Email(row, addresses, about.About.Mail.Official, "official"), row.Text("name"), roles, designation.Length > 0 ? designation : null, territory));
        }

        return staff;
    }

    private static string Email(CsvRow row, Known addresses, IReadOnlyList<string> domains, string kind)
    {
        var email = row.Text("email");
        if (email.Length == 0) return email;
        if (!PackFolder.Email().IsMatch(email)) row.Wrong("email", $"\"{email}\" is not an e-mail address in small letters.");
        else if (!domains.Contains(email[(email.IndexOf('@', StringComparison.Ordinal) + 1)..]))
            row.Wrong("email", $"\"{email}\" is not on a {kind} domain; there are {string.Join(", ", domains)}.");
        if (addresses.Add(email, row.Place) is { } first) row.Wrong("email", $"The e-mail address \"{email}\" is there twice; first at {first}.");
        return email;
    }

    private static List<DayOfWeek> Days(CsvRow row)
    {
        var days = new List<DayOfWeek>();
        foreach (var text in row.List("days"))
        {
            DayOfWeek? day = text switch
            {
                "mon" => DayOfWeek.Monday,
                "tue" => DayOfWeek.Tuesday,
                "wed" => DayOfWeek.Wednesday,
                "thu" => DayOfWeek.Thursday,
                "fri" => DayOfWeek.Friday,
                "sat" => DayOfWeek.Saturday,
                "sun" => DayOfWeek.Sunday,
                _ => null,
            };
            if (day is { } known && !days.Contains(known)) days.Add(known);
            else row.Wrong("days", $"\"{text}\" is not a day or is there twice; days are mon;tue;wed;thu;fri;sat;sun.");
        }

        if (days.Count == 0) row.Wrong("days", "An operator works on at least one day.");
        return days;
    }
}
