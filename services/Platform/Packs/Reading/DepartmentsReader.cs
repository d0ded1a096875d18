namespace EServices.Platform.Packs.Reading;

/// <summary>The short lists that services refer to.</summary>
internal static class DepartmentsReader
{
    public static IReadOnlyList<Department> Departments(PackFolder pack, Known known)
    {
        var codes = new Known("LGD organisation code");
        var parents = new List<(JsonPlace Place, string Parent)>();
        var departments = List(pack, "departments.json", "departments", known, item =>
        {
            var department = new Department(item.Id(known), item.Words("name"), item.OptionalText("lgdCode"), item.Texts("mergedLgdCodes", required: false), item.OptionalText("parent"));
            foreach (var code in department.MergedLgdCodes.Prepend(department.LgdCode).OfType<string>())
            {
                if (!code.All(char.IsAsciiDigit)) item.Wrong("lgdCode", $"\"{code}\" is not a code of digits.");
                if (codes.Add(code, $"{item.File} {item.Pointer}") is { } first) item.Wrong("lgdCode", $"The LGD organisation code {code} is there twice; first at {first}.");
            }

            if (department.Parent is { } parent) parents.Add((item, parent));
            return department;
        });

        // A board may stand before its department in the list, so parents are looked up once all are known.
        foreach (var (place, parent) in parents)
            if (!known.Has(parent)) place.Wrong("parent", known.Unknown(parent));
        return departments;
    }

    public static IReadOnlyList<Designation> Designations(PackFolder pack, Known known, Known departments) =>
        List(pack, "officers.json", "designations", known, item =>
            new Designation(item.Id(known), item.Words("name"), item.Reference("department", departments), item.Choice<Level>("level")));

    public static IReadOnlyList<DocumentType> Documents(PackFolder pack, Known known) =>
        List(pack, "documents.json", "documents", known, item => new DocumentType(item.Id(known), item.Words("name"), item.Words("description")));

    private static List<T> List<T>(PackFolder pack, string file, string property, Known known, Func<JsonPlace, T> read)
    {
        var list = new List<T>();
        if (JsonPlace.Root(pack, file) is not { } root)
        {
            known.Unreadable = true;
            return list;
        }

        foreach (var item in root.Items(property))
        {
            list.Add(read(item));
            item.Done();
        }

        if (list.Count == 0 && root.Has(property)) root.Wrong(property, "The list is empty.");
        root.Done();
        return list;
    }
}
